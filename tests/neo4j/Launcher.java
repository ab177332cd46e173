import java.nio.file.Path;
import java.time.Duration;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/** Runs a Neo4j for the tests: arguments are its folder, its port on loopback, and whether it asks for a password. */
public final class Launcher {
    public static void main(String[] arguments) throws Exception {
        var service = new DatabaseManagementServiceBuilder(Path.of(arguments[0]))
                .setConfig(BoltConnector.enabled, true)
                .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", Integer.parseInt(arguments[1])))
                .setConfig(GraphDatabaseSettings.auth_enabled, Boolean.parseBoolean(arguments[2]))
                .setConfig(GraphDatabaseSettings.pagecache_memory, 64L << 20)
                .build();
        System.out.println("ready");
        while (System.in.read() >= 0) { } // until whoever started it closes the pipe or dies
        service.shutdown();
    }
}
