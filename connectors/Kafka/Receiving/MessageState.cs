namespace Yyc3.Connectors.Kafka.Receiving;

/// <summary>Where a message of an assigned partition is.</summary>
internal enum MessageState
{
    /// <summary>Waits for a receiver.</summary>
    Ready = 0,

    /// <summary>Is with a receiver until its time is over.</summary>
    Leased = 1,

    /// <summary>Was given back and is held until its time has come.</summary>
    Held = 2,

    /// <summary>Is on its way to the dead letters.</summary>
    Buried = 3,

    /// <summary>Is handled; it is remembered until the group's offset has passed it.</summary>
    Acknowledged = 4,

    /// <summary>Its partition is another member's now.</summary>
    Dropped = 5,
}
