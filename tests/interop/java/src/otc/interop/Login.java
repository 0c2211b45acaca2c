package otc.interop;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;

/** A token of the identity service, which is not part of the document. */
record Login(String endpoint, String token, String project) {
  static Login logIn() throws Exception {
    var user =
        Map.of(
            "name", variable("OS_USERNAME"),
            "password", variable("OS_PASSWORD"),
            "domain", Map.of("name", variable("OS_USER_DOMAIN_NAME")));
    var project =
        Map.of(
            "name", variable("OS_PROJECT_NAME"),
            "domain", Map.of("name", variable("OS_PROJECT_DOMAIN_NAME")));
    var identity = Map.of("methods", List.of("password"), "password", Map.of("user", user));
    var body = Map.of("auth", Map.of("identity", identity, "scope", Map.of("project", project)));

    var json = new ObjectMapper();
    var request =
        HttpRequest.newBuilder(URI.create(withoutSlash(variable("OS_AUTH_URL")) + "/auth/tokens"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json.writeValueAsString(body)))
            .build();
    var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    var token =
        answer
            .headers()
            .firstValue("X-Subject-Token")
            .orElseThrow(() -> new IllegalStateException("no token, status " + answer.statusCode()));
    var id = json.readTree(answer.body()).at("/token/project/id").asText();
    return new Login(withoutSlash(variable("VBS_ENDPOINT")), token, id);
  }

  private static String variable(String name) {
    var value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set");
    }
    return value;
  }

  private static String withoutSlash(String url) {
    return url.replaceAll("/$", "");
  }
}
