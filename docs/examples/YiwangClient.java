import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client with the JDK alone (11 or later). YIWANG_URL: where the register is; YIWANG_KEY: a key.
 *
 * <pre>
 * java YiwangClient.java lookup LON LAT DATUM            who answers for a point
 * java YiwangClient.java batch FILE.csv DATUM            the same for a table with id, lon, lat
 * java YiwangClient.java changes SINCE                   all that changed after that number, a page a line
 * java YiwangClient.java report MATTER LON LAT DATUM KEY [WHEN]   take in an incident, once for each KEY
 * </pre>
 */
public final class YiwangClient {
    private static final int TRIES = 5;
    private static final Pattern END = Pattern.compile("\"next\":(\\d+),\"more\":(true|false)\\}$");

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String url;
    private final String key;

    YiwangClient(String url, String key) {
        this.url = url;
        this.key = key;
    }

    String lookUp(double lon, double lat, String datum) throws IOException, InterruptedException {
        return ask(to("/v1/lookup?lon=" + lon + "&lat=" + lat + "&datum=" + datum).GET());
    }

    String lookUpMany(Path table, String datum) throws IOException, InterruptedException {
        return ask(to("/v1/lookup/batch?datum=" + datum)
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofFile(table)));
    }

    /** One page of what changed after number {@code since}; {@code next} and {@code more} end it. */
    String changes(long since) throws IOException, InterruptedException {
        return ask(to("/v1/changes?limit=1000&since=" + since).GET());
    }

    /** Takes in an incident; called again with the same key and body it does nothing more. */
    String report(String incident, String idempotencyKey) throws IOException, InterruptedException {
        return ask(to("/v1/incidents")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(incident)));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + key);
    }

    /** The body of the answer; 503 and 429 are asked again. Other refusals carry a stable code. */
    private String ask(HttpRequest.Builder asked) throws IOException, InterruptedException {
        for (int left = TRIES - 1; ; left--) {
            HttpResponse<String> reply = http.send(asked.build(), BodyHandlers.ofString());
            int status = reply.statusCode();
            if (status < 300) {
                return reply.body();
            }
            if (left == 0 || (status != 503 && status != 429)) {
                throw new IOException(status + ": " + reply.body());
            }
            Thread.sleep(1000 * Long.parseLong(reply.headers().firstValue("Retry-After").orElse("1")));
        }
    }

    public static void main(String[] given) throws Exception {
        YiwangClient client = new YiwangClient(System.getenv("YIWANG_URL"), System.getenv("YIWANG_KEY"));
        switch (given[0]) {
            case "lookup":
                System.out.println(client.lookUp(
                        Double.parseDouble(given[1]), Double.parseDouble(given[2]), given[3]));
                break;
            case "batch":
                System.out.print(client.lookUpMany(Path.of(given[1]), given[2]));
                break;
            case "changes":
                long next = Long.parseLong(given[1]);
                for (boolean more = true; more; ) {
                    String page = client.changes(next);
                    System.out.println(page);
                    Matcher end = END.matcher(page);
                    if (!end.find()) {
                        throw new IOException("not a page of changes: " + page);
                    }
                    next = Long.parseLong(end.group(1));
                    more = Boolean.parseBoolean(end.group(2));
                }
                break;
            case "report":
                String when = given.length > 6 ? given[6] : Instant.now().toString();
                String incident = String.format(
                        "{\"matter\":\"%s\",\"lon\":%s,\"lat\":%s,\"datum\":\"%s\",\"source\":\"example\","
                                + "\"happened_at\":\"%s\"}",
                        given[1], given[2], given[3], given[4], when);
                System.out.println(client.report(incident, given[5]));
                break;
            default:
                throw new IllegalArgumentException(given[0]);
        }
    }
}
