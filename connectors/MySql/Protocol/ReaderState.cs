namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>What of an answer comes next.</summary>
internal enum ReaderState
{
    /// <summary>What the command gives.</summary>
    Head,

    /// <summary>Rows.</summary>
    Rows,

    /// <summary>Another result; this one is over.</summary>
    Between,

    /// <summary>Only the answer to the command behind it.</summary>
    Follower,

    /// <summary>Nothing.</summary>
    Done,
}
