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
    private const int MostFailures = 3;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestAbort = TimeSpan.FromSeconds(15);

    private long _sent;

    /// <summary>The finished object, after the last chunk.</summary>
    public GcsObject? Stored { get; private set; }

    /// <summary>Sends a chunk.</summary>
    /// <param name="chunk">The bytes that follow those sent before.</param>
    /// <param name="isLast">Nothing follows it.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task SendAsync(ReadOnlyMemory<byte> chunk, bool isLast, CancellationToken cancellationToken)
    {
        var (start, end) = (_sent, _sent + chunk.Length);
        // Requests of which nothing came since the service last got further.
        var failures = 0;
        var isAsking = false;
        while (true)
        {
            try
            {
                var (before, total) = (_sent, isLast ? end : (long?)null);
                using var answer = isAsking
                    ? await PutAsync(default, RangeOf(end, end, total), cancellationToken)
                    : await PutAsync(chunk[(int)(_sent - start)..], RangeOf(_sent, end, total), cancellationToken);
                if (await TakeAsync(answer, start, end, isLast, cancellationToken))
                {
                    return;
                }

                if (_sent > before)
                {
                    failures = 0;
                }
                else if (!isAsking)
                {
                    throw GcsErrors.Failing();
                }

                isAsking = false;
            }
            catch (ConnectorException fault)
                when (Stored is null
                    && fault.Kind is ErrorKind.Unavailable or ErrorKind.Timeout
                    && fault.Code != GcsErrors.Lost
                    && ++failures <= MostFailures
                )
            {
                await Task.Delay(FirstWait * (1 << (failures - 1)), time, cancellationToken);
                // Nobody knows how much of it the service has.
                isAsking = true;
            }
        }
    }

    /// <summary>
    /// Tells the service to forget what it has; nothing of it was ever visible. Nobody waits long for it: a session runs out by
    /// itself.
    /// </summary>
    public async Task AbortAsync()
    {
        using var limit = new CancellationTokenSource(LongestAbort, time);
        try
        {
            using var answer = await client.SendAsync(HttpMethod.Delete, session, null, null, limit.Token);
        }
        catch (Exception fault) when (fault is ConnectorException or OperationCanceledException)
        {
            // What led here is what the caller is told.
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
    /// <returns>True when it has the chunk.</returns>
    private async Task<bool> TakeAsync(
        HttpResponseMessage answer,
        long start,
        long end,
        bool isLast,
        CancellationToken cancellationToken
    )
    {
        if (answer.IsSuccessStatusCode)
        {
            Stored = isLast
                ? GcsObject.Read(await GcsClient.ReadJsonAsync(answer, cancellationToken))
                : throw GcsErrors.Strange();
            return Stored.StoredSize == end ? true : throw GcsErrors.UploadDamaged();
        }

        if (answer.StatusCode != Incomplete)
        {
            throw answer.StatusCode switch
            {
                HttpStatusCode.PreconditionFailed => GcsErrors.ObjectExists(),
                HttpStatusCode.NotFound or HttpStatusCode.Gone => GcsErrors.UploadLost(),
                _ => await GcsClient.ErrorAsync(answer, cancellationToken),
            };
        }

        var kept = Kept(answer.Headers);
        if (kept < start || kept > end)
        {
            // Bytes that the service had and has lost are not in memory any more.
            throw GcsErrors.UploadLost();
        }

        _sent = kept;
        return kept == end && !isLast;
    }

    private static long Kept(HttpResponseHeaders headers) =>
        headers.TryGetValues("Range", out var values)
        && values.First().Split('-') is [_, var last]
        && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position + 1
            : 0;
}
