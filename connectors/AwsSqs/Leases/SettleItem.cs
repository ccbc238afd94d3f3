using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.AwsSqs.Leases;

/// <summary>One receipt under way.</summary>
/// <param name="receipt">The receipt.</param>
/// <param name="handle">The service's handle; null when the receipt counts no longer, or its handle is not known here.</param>
/// <param name="lease">What is known of the delivery; null for nothing.</param>
internal sealed class SettleItem(SqsReceipt receipt, string? handle, Lease? lease)
{
    public SqsReceipt Receipt => receipt;

    public string? Handle => handle;

    public Lease? Lease => lease;

    /// <summary>Expired until the service has confirmed.</summary>
    public SettleOutcome Outcome { get; set; } = SettleOutcome.Expired;
}
