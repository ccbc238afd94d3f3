using System.Globalization;
using Yyc3.Connectors.KafkaMock;

// A Kafka cluster that lives in this process's memory, made by librdkafka. Arguments: path of the library, number of brokers,
// milliseconds a new group waits for more members. Writes "ready <host:port,…>", then answers each line of its input with
// one line. Ends with its input, so that nothing is left behind by a caller that was killed.
#pragma warning disable RS0030 // the two streams are how it is spoken to
MockLibrary.Load(args[0]);
var cluster = new MockCluster(
    int.Parse(args[1], CultureInfo.InvariantCulture),
    int.Parse(args[2], CultureInfo.InvariantCulture)
);
await Console.Out.WriteLineAsync($"ready {cluster.Bootstraps}");
while (await Console.In.ReadLineAsync() is { } line)
{
    await Console.Out.WriteLineAsync(cluster.Run(line));
}
#pragma warning restore RS0030
