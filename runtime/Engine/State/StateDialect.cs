using System.Data.Common;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>The few places where databases differ. Statements are written in the part of SQL that all of them share.</summary>
internal abstract class StateDialect
{
    /// <summary>Suffix of migration files that only this database runs: <c>sqlite</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Only this process has the database, one connection of it may write at a time, and the store queues writers itself
    /// instead of letting them collide. Otherwise other nodes read and write it too.
    /// </summary>
    public abstract bool HasSingleWriter { get; }

    /// <summary>
    /// Whether the database may take the same statement later: it is away, busy or full, and has not refused what it was told.
    /// </summary>
    public abstract bool IsPassing(DbException fault);

    /// <summary>The time now in Unix milliseconds, or the parameter <c>@now</c> where the database's is not to be asked.</summary>
    public abstract string Now { get; }

    /// <summary>Ends a selection for an update: rows that others are at are left to them.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Condition that a column's value is one of a list, which is one parameter made by <see cref="List"/>.</summary>
    public abstract string IsAmong(string column, string parameter);

    /// <summary>Values as the one parameter of <see cref="IsAmong"/>, so that a statement is the same for any number of them.</summary>
    public abstract object List(IReadOnlyCollection<string> values);

    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction that may write; waits for the right to do so at once, not at the first write.</summary>
    public abstract ValueTask<DbTransaction> BeginWriteAsync(
        DbConnection connection,
        CancellationToken cancellationToken
    );

    /// <summary>Lets no other transaction that asks for the same lock go on until this one has ended, on any node.</summary>
    public abstract Task LockAsync(DbTransaction transaction, StateLock name, CancellationToken cancellationToken);

    /// <summary>The same by any name.</summary>
    public abstract Task LockAsync(DbTransaction transaction, string name);

    /// <summary>A table expression <c>r</c> over a parameter that holds a JSON array of objects.</summary>
    /// <param name="parameter">The parameter, such as <c>@rows</c>.</param>
    /// <param name="columns">Members of the objects with their types: <c>text</c>, <c>bigint</c> or <c>boolean</c>.</param>
    public abstract string JsonRows(string parameter, params IReadOnlyList<(string Name, string Type)> columns);

    /// <summary>Takes those of the named locks that nobody has, until the transaction ends.</summary>
    /// <returns>The names that were free.</returns>
    public abstract Task<IReadOnlyList<string>> TryLockAsync(DbTransaction transaction, IReadOnlyList<string> names);

    /// <summary>Tells every listener, once this transaction is committed, that something has changed.</summary>
    public abstract Task AnnounceAsync(DbTransaction transaction, StateTopic topic, string id);

    /// <summary>Hears what other nodes announce until it is cancelled or the connection is lost.</summary>
    /// <param name="connected">Called once nothing is missed any more; what was announced before is not told.</param>
    /// <param name="heard">Called for each announcement, in order, also for those of this node.</param>
    /// <param name="cancellationToken">Ends the listening.</param>
    public abstract Task ListenAsync(
        Func<Task> connected,
        Func<StateTopic, string, Task> heard,
        CancellationToken cancellationToken
    );
}
