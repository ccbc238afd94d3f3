namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>One request to the writer.</summary>
internal abstract class WorkItem
{
    /// <summary>How much it adds to a transaction; the writer fills transactions up to a fixed sum.</summary>
    public virtual int Weight => 1;

    /// <summary>Does the work inside a transaction; called again in a new one when the first fails.</summary>
    public abstract void Apply(Batch batch);

    /// <summary>Tells the caller that the transaction is durable.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception fault);
}
