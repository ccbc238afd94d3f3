namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>What is read of a resource.</summary>
public enum RecordReading
{
    /// <summary>Every record that is there.</summary>
    All,

    /// <summary>What has changed since a cursor.</summary>
    Changes,
}
