namespace Yyc3.Connectors.LocalFs.Files;

internal enum LinkOutcome
{
    Linked,
    Taken,

    /// <summary>The file system or its rules do not allow a second name.</summary>
    Unsupported,
}
