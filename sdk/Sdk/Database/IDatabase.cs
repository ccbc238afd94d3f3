namespace Yyc3.Connectors.Sdk.Database;

/// <summary>
/// Capability <c>database</c>: statements in the provider's own language, with <c>:name</c> parameters that are bound, never
/// spliced into the text. Thread-safe.
/// </summary>
/// <remarks>
/// A missing or a surplus parameter is <see cref="ErrorKind.InvalidArgument"/> with field <c>params.name</c>; a text that the
/// engine cannot parse is <see cref="ErrorKind.InvalidArgument"/> with field <c>query</c> or <c>command</c>. Timeout and
/// cancellation stop the statement at the provider, not only the waiting for it.
/// </remarks>
public interface IDatabase
{
    /// <summary>Runs one reading statement. It cannot write: the connector uses a read-only session or transaction.</summary>
    /// <param name="statement">The query.</param>
    /// <param name="cancellationToken">Stops the query at the provider until the reader is disposed.</param>
    /// <returns>The rows as they come; nothing but a small window is buffered. The caller disposes the reader.</returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.InvalidArgument"/> (<c>READ_ONLY</c>, field <c>query</c>) when the statement would write;
    /// <see cref="ErrorKind.Timeout"/> (<c>QUERY_TIMEOUT</c>) when it runs longer than its timeout.
    /// </exception>
    ValueTask<RowReader> QueryAsync(DbStatement statement, CancellationToken cancellationToken);

    /// <summary>Runs one writing statement in a transaction of its own.</summary>
    /// <param name="statement">The command.</param>
    /// <param name="cancellationToken">Stops the command at the provider; it is rolled back.</param>
    /// <returns>What it did, once it is committed.</returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.AlreadyExists"/> (<c>UNIQUE_VIOLATION</c>), <see cref="ErrorKind.InvalidArgument"/>
    /// (<c>CONSTRAINT_VIOLATION</c>), <see cref="ErrorKind.Conflict"/>, <see cref="ErrorKind.Timeout"/>.
    /// </exception>
    ValueTask<ExecuteResult> ExecuteAsync(DbStatement statement, CancellationToken cancellationToken);

    /// <summary>Runs several writing statements in one transaction: all are committed, or none.</summary>
    /// <param name="statements">The commands, in order.</param>
    /// <param name="cancellationToken">Stops the batch; it is rolled back.</param>
    /// <returns>One result per statement, in order, once all are committed.</returns>
    /// <exception cref="ConnectorException">
    /// As for <see cref="ExecuteAsync"/>; the field is <c>statements[i].command</c> or <c>statements[i].params.name</c>.
    /// </exception>
    ValueTask<IReadOnlyList<ExecuteResult>> ExecuteBatchAsync(
        IReadOnlyList<DbStatement> statements,
        CancellationToken cancellationToken
    );
}
