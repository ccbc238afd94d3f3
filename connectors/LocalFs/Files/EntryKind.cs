namespace Yyc3.Connectors.LocalFs.Files;

internal enum EntryKind
{
    File,
    Folder,
    Link,

    /// <summary>Pipes, sockets and devices; never served.</summary>
    Other,
}
