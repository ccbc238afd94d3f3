namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>What a step through the log is.</summary>
internal enum LogStepKind
{
    /// <summary>A record has changed or is gone.</summary>
    Change,

    /// <summary>A transaction ends.</summary>
    Commit,

    /// <summary>Something has happened that no keys tell, such as TRUNCATE.</summary>
    Gap,
}
