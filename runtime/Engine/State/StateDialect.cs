using System.Data.Common;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>The few places where databases differ. Statements are written in the part of SQL that all of them share.</summary>
internal abstract class StateDialect
{
    /// <summary>Suffix of migration files that only this database runs: <c>sqlite</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One connection may write at a time; the store then queues writers itself instead of letting them collide.</summary>
    public abstract bool HasSingleWriter { get; }

    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction that may write; waits for the right to do so at once, not at the first write.</summary>
    public abstract ValueTask<DbTransaction> BeginWriteAsync(
        DbConnection connection,
        CancellationToken cancellationToken
    );
}
