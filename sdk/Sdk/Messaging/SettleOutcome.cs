namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>What became of one receipt.</summary>
public enum SettleOutcome
{
    /// <summary>Done and durable.</summary>
    Done = 0,

    /// <summary>The lease has ended and the message may be with another member, or was settled already.</summary>
    Expired = 1,

    /// <summary>The receipt is not one of this integration's.</summary>
    Unknown = 2,
}
