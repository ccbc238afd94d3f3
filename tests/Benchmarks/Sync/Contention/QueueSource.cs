namespace Yyc3.Connectors.Benchmarks.Sync.Contention;

/// <summary>Callers that ask, wait, are served, and ask again after a pause. None asks while it waits.</summary>
/// <param name="Callers">How many there are.</param>
/// <param name="Pause">Seconds from an answer to the next question.</param>
/// <param name="Service">Seconds that serving takes, in the mean; single ones are spread exponentially.</param>
/// <param name="IsRegular">Every pause is as long as the other; otherwise they are spread exponentially.</param>
internal sealed record QueueSource(int Callers, double Pause, double Service, bool IsRegular = false);
