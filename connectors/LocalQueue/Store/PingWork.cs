namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>Proves that a transaction can be had.</summary>
internal sealed class PingWork(CancellationToken cancellationToken) : WorkOf<bool>(cancellationToken)
{
    protected override bool Run(Batch batch) => true;
}
