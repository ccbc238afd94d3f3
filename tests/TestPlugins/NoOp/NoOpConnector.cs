using Yyc3.Connectors.NoOp;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;

[assembly: Connector(typeof(NoOpConnector))]

namespace Yyc3.Connectors.NoOp;

/// <summary>Confirms every message with the same receipts, so that a call costs what the runtime costs.</summary>
public sealed class NoOpConnector(ConnectorContext context) : IConnector, IMessageSender
{
    private readonly SendReceipt _receipt = new("msg-1", context.Time.GetUtcNow()) { Partition = 0, Offset = 1 };

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(HealthReport.Healthy);

    public ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    )
    {
        var receipts = new SendReceipt[messages.Count];
        Array.Fill(receipts, _receipt);
        return ValueTask.FromResult<IReadOnlyList<SendReceipt>>(receipts);
    }
}
