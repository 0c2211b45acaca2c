// Reads all backup jobs of a policy with net/http and encoding/json, and prints how many there are.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

type job struct {
	Status       string     `json:"status"`
	JobID        string     `json:"job_id"`
	CreatedAt    timestamp  `json:"created_at"`
	FinishedAt   *timestamp `json:"finished_at"`
	BackupName   *string    `json:"backup_name"`
	ResourceID   *string    `json:"resource_id"`
	ResourceType *string    `json:"resource_type"`
	Code         *string    `json:"code"`
	Message      *string    `json:"message"`
	FailReason   *string    `json:"fail_reason"`
	VBSJobID     *string    `json:"vbs_job_id"`
}

type page struct {
	Tasks []job   `json:"tasks"`
	Count *uint64 `json:"count"`
}

// The times of the service have no zone.
type timestamp struct{ time.Time }

func (t *timestamp) UnmarshalJSON(text []byte) (err error) {
	t.Time, err = time.Parse(`"2006-01-02T15:04:05.999"`, string(text))
	return err
}

func get(url string) (page, error) {
	var jobs page
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return jobs, err
	}
	request.Header.Set("X-Auth-Token", "token")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return jobs, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return jobs, fmt.Errorf("HTTP %s", response.Status)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return jobs, err
	}
	return jobs, json.Unmarshal(body, &jobs)
}

func main() {
	url, marker, jobs, failed := os.Args[1]+"?limit=1000", "", 0, 0
	for {
		page, err := get(url + marker)
		if err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		if len(page.Tasks) == 0 {
			break
		}
		for _, job := range page.Tasks {
			jobs++
			if job.Status == "EXECUTE_FAIL" {
				failed++
			}
		}
		marker = "&marker=" + page.Tasks[len(page.Tasks)-1].JobID
	}
	fmt.Printf("%d jobs, %d failed\n", jobs, failed)
}
