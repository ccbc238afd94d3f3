using System.Globalization;
using Yyc3.Connectors.LocalFs.Files;

namespace Yyc3.Connectors.LocalFs.Sidecar;

/// <summary>
/// One writer per key. Keys share a fixed number of locks; each is a lock in memory for this instance and a locked file for
/// the others on the same root: a newer plugin version, another node.
/// </summary>
internal sealed class KeyLocks(SidecarFolder sidecar) : IDisposable
{
    private const int Count = 64;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(5);
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the lock of a key. A caller holds one at a time.</summary>
    /// <returns>Dispose it to let go.</returns>
    public async Task<IDisposable> AcquireAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var index = Convert.ToInt32(key.Digest[..2], 16) % Count;
        var gate = _gates[index];
        await gate.WaitAsync(cancellationToken);
        try
        {
            return new Held(gate, await LockFileAsync(index, cancellationToken));
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var gate in _gates)
        {
            gate.Dispose();
        }
    }

    private async Task<FileStream?> LockFileAsync(int index, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var path = Path.Combine(sidecar.LocksFolder(), index.ToString("x2", CultureInfo.InvariantCulture));
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (Exception error) when (LocalFsErrors.IsRefusal(error))
            {
                // Nothing can be written here, so there is nothing to lock.
                return null;
            }
            catch (IOException error) when (LocalFsErrors.IsLocked(error))
            {
                // Held elsewhere; the system's clock decides, since it is another process that is waited for.
                await Task.Delay(RetryAfter, TimeProvider.System, cancellationToken);
            }
        }
    }

    private sealed class Held(SemaphoreSlim gate, FileStream? file) : IDisposable
    {
        public void Dispose()
        {
            file?.Dispose();
            gate.Release();
        }
    }
}
