namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>The bytes of a record. They are opened only when they are to be moved.</summary>
/// <param name="OpenAsync">
/// Opens them for one reading from the start; the caller disposes what it gets. Throws <see cref="ErrorKind.NotFound"/> when they
/// are gone by now.
/// </param>
public sealed record RecordContent(Func<CancellationToken, ValueTask<OpenedContent>> OpenAsync);
