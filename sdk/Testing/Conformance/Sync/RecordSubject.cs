using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Testing.Conformance.Sync;

/// <summary>
/// A provider's records under test. One is made for each test; its resource starts empty, and nothing that another test does is
/// seen in it.
/// </summary>
public abstract class RecordSubject : IAsyncDisposable
{
    /// <summary>Name of the resource that the tests use.</summary>
    public abstract string Resource { get; }

    /// <summary>Ids of three records that the resource may hold, in any order.</summary>
    public virtual IReadOnlyList<string> Ids => ["1", "2", "3"];

    /// <summary>The source; null when the provider only takes records.</summary>
    public abstract IRecordSource? Source { get; }

    /// <summary>The sink; null when the provider only gives records.</summary>
    public abstract IRecordSink? Sink { get; }

    /// <summary>The sink has places for fields, such as columns, so that a field may be unknown.</summary>
    public virtual bool HasFixedFields => false;

    /// <summary>Makes the subject ready.</summary>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>A task that completes when the resource is there, empty.</returns>
    public abstract ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>Puts a record into the provider, past the connector.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="value">What its field <c>value</c>, or its content, is.</param>
    /// <returns>A task that completes when it is there.</returns>
    public abstract Task PutAsync(string id, string value);

    /// <summary>Deletes a record from the provider, past the connector.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>A task that completes when it is gone.</returns>
    public abstract Task DeleteAsync(string id);

    /// <summary>Makes a record for the sink with the given value in its field <c>value</c>, or as its content.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="value">The value.</param>
    /// <returns>The record.</returns>
    public abstract SyncRecord NewRecord(string id, string value);

    /// <summary>Makes a record that the provider refuses, whatever else is in the batch.</summary>
    /// <returns>The record; null when there is none.</returns>
    public abstract SyncRecord? NewRefusedRecord();

    /// <summary>A record in which at least one field is <c>null</c>; null when the provider's records have no such fields.</summary>
    /// <param name="id">One of <see cref="Ids"/>.</param>
    public virtual SyncRecord? NewRecordWithNull(string id) => null;

    /// <summary>Reads what a record that came from the source holds.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Its value.</returns>
    public abstract ValueTask<string> ValueOfAsync(SyncRecord record, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
