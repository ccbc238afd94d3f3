namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>Where a piece of work stands; the numbers are stored.</summary>
internal enum WorkState
{
    /// <summary>To be done once it is due.</summary>
    Waiting = 0,

    /// <summary>Some node is at it, as long as its lease lasts.</summary>
    Held = 1,

    Done = 2,

    /// <summary>Given up after too many attempts, until somebody asks for it again.</summary>
    Dead = 3,

    Cancelled = 4,
}
