namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>What a page adds to its run. Every record that was taken up is pulled, pushed or a conflict; failed ones are among them.</summary>
internal sealed class SyncCounts
{
    public int Pulled { get; set; }

    public int Pushed { get; set; }

    public int Conflicts { get; set; }

    public int Failed { get; set; }

    public int Total => Pulled + Pushed + Conflicts;
}
