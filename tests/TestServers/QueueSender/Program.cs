using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.QueueSender;
using Yyc3.Connectors.Sdk;

// Sends for ever and writes down each message id and body the queue has confirmed; it is there to be killed.
// Arguments: data directory, file for the confirmed messages.
var connector = new LocalQueueConnector(
    new ConnectorContext
    {
        IntegrationId = "int-test",
        TenantId = "default",
        Settings = new ConnectorSettings(JsonSerializer.SerializeToElement(new { partitions = 3 })),
        Credentials = ConnectorCredentials.None,
        Paths = new LocalPaths(args[0], [], []),
        Keys = new NoKeys(),
        Http = null!,
        Network = null!,
        Logger = NullLogger.Instance,
        Time = TimeProvider.System,
    }
);
var confirmed = new FileStream(args[1], FileMode.Append, FileAccess.Write, FileShare.Read);
var gate = new Lock();
await Task.WhenAll(Enumerable.Range(0, 16).Select(SendForEverAsync));

async Task SendForEverAsync(int sender)
{
    for (var number = 0; ; number++)
    {
        var body = $"{sender}-{number}";
        var receipts = await connector.SendAsync("orders", [new(Encoding.UTF8.GetBytes(body))], CancellationToken.None);
        var line = Encoding.UTF8.GetBytes($"{receipts[0].MessageId} {body}\n");
        Note(line);
    }
}

void Note(byte[] line)
{
    lock (gate)
    {
        confirmed.Write(line);
        confirmed.Flush();
    }
}
