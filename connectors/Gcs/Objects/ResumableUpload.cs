using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>
/// One upload session: chunks are sent in order, each kept until the service says it has it all. A chunk that was broken off is
/// resumed where the service stopped; the host could not repeat it, for the caller's stream is read once.
/// </summary>
internal sealed class ResumableUpload(GcsClient client, string session, TimeProvider time)
{
    private const HttpStatusCode Incomplete = (HttpStatusCode)308;
    private const int MostResumptions = 3;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);

    private long _sent;

    /// <summary>Sends a chunk.</summary>
    /// <param name="chunk">The bytes that follow those sent before.</param>
    /// <param name="isLast">Nothing follows it.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The finished object after the last chunk, else null.</returns>
    public async Task<GcsObject?> SendAsync(
        ReadOnlyMemory<byte> chunk,
        bool isLast,
        CancellationToken cancellationToken
    )
    {
        var (start, end) = (_sent, _sent + chunk.Length);
        for (var resumptions = 0; ; )
        {
            try
            {
                using var answer = await PutAsync(
                    chunk[(int)(_sent - start)..],
                    RangeOf(_sent, end, isLast ? end : null),
                    cancellationToken
                );
                if (await TakeAsync(answer, start, end, isLast, cancellationToken) is { IsDone: true } taken)
                {
                    return taken.Object;
                }
            }
            catch (ConnectorException fault)
                when (fault.Kind is ErrorKind.Unavailable or ErrorKind.Timeout && ++resumptions <= MostResumptions)
            {
                await Task.Delay(FirstWait * (1 << (resumptions - 1)), time, cancellationToken);
                using var answer = await PutAsync(
                    ReadOnlyMemory<byte>.Empty,
                    isLast ? $"bytes */{end}" : "bytes */*",
                    cancellationToken
                );
                if (await TakeAsync(answer, start, end, isLast, cancellationToken) is { IsDone: true } taken)
                {
                    return taken.Object;
                }
            }
        }
    }

    /// <summary>Tells the service to forget what it has; nothing of it was ever visible.</summary>
    public async Task AbortAsync()
    {
        try
        {
            using var answer = await client.SendAsync(HttpMethod.Delete, session, null, null, CancellationToken.None);
        }
        catch (ConnectorException)
        {
            // The session runs out by itself.
        }
    }

    private static string RangeOf(long first, long end, long? total)
    {
        var whole = total?.ToString(CultureInfo.InvariantCulture) ?? "*";
        return first == end
            ? $"bytes */{whole}"
            : string.Create(CultureInfo.InvariantCulture, $"bytes {first}-{end - 1}/{whole}");
    }

    private Task<HttpResponseMessage> PutAsync(
        ReadOnlyMemory<byte> content,
        string range,
        CancellationToken cancellationToken
    )
    {
        var body = new ReadOnlyMemoryContent(content);
        body.Headers.TryAddWithoutValidation("Content-Range", range);
        return client.SendAsync(HttpMethod.Put, session, body, prepare: null, cancellationToken);
    }

    /// <summary>Reads how far the service is.</summary>
    private async Task<(bool IsDone, GcsObject? Object)> TakeAsync(
        HttpResponseMessage answer,
        long start,
        long end,
        bool isLast,
        CancellationToken cancellationToken
    )
    {
        if (answer.IsSuccessStatusCode)
        {
            return isLast
                ? (true, GcsObject.Read(await GcsClient.ReadJsonAsync(answer, cancellationToken)))
                : throw GcsErrors.Strange();
        }

        if (answer.StatusCode != Incomplete)
        {
            throw answer.StatusCode == HttpStatusCode.PreconditionFailed
                ? GcsErrors.ObjectExists()
                : await GcsClient.ErrorAsync(answer, cancellationToken);
        }

        var kept = Kept(answer.Headers);
        if (kept < start || kept > end)
        {
            // Bytes that the service had and has lost are not in memory any more.
            throw new ConnectorException(
                ErrorKind.Unavailable,
                "UPLOAD_LOST",
                "The storage service lost a part of the upload."
            );
        }

        _sent = kept;
        return (kept == end && !isLast, null);
    }

    private static long Kept(HttpResponseHeaders headers) =>
        headers.TryGetValues("Range", out var values)
        && values.First().Split('-') is [_, var last]
        && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position + 1
            : 0;
}
