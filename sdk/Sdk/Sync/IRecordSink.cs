namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>Capability <c>records.write</c>: takes records into a provider. Thread-safe.</summary>
public interface IRecordSink
{
    /// <summary>
    /// Writes records by their ids: what is there is replaced, what is not is made, what is deleted is removed if it is there.
    /// Writing the same batch again changes nothing.
    /// </summary>
    /// <param name="batch">The records; no id comes twice.</param>
    /// <param name="cancellationToken">Ends the waiting; what was not confirmed may or may not have been written.</param>
    /// <returns>
    /// One result per record, in order, once all that succeeded are durable. A record that cannot be written fails by itself.
    /// </returns>
    /// <exception cref="ConnectorException">Nothing can be written now, whatever the records are.</exception>
    ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken);
}
