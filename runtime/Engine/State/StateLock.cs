namespace Yyc3.Connectors.Runtime.State;

/// <summary>What only one transaction of all nodes may do at a time. The numbers are shared by all versions.</summary>
internal enum StateLock
{
    Migration = 1,
    FirstKey = 2,
    DataKey = 3,
}
