using System.Net;
using System.Net.Http.Headers;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>Stores content: what fits one chunk in one request, anything larger in an upload session.</summary>
internal sealed class GcsUpload(GcsClient client, int chunkSize, TimeProvider time)
{
    /// <summary>Uploads.</summary>
    /// <returns>The object as the service tells it, and its plain size.</returns>
    public async Task<(GcsObject Object, long Size)> RunAsync(
        string name,
        Stream content,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        await using var announced = new AnnouncedStream(content, options.ContentLength);
        await using var compressed = options.Compress ? GzipObject.Compress(announced) : null;
        var source = compressed ?? announced;
        var description = UploadDescription.Write(name, options);
        using var first = await UploadBlock.ReadFirstAsync(source, chunkSize, cancellationToken);
        var stored = first.IsFull
            ? await SendChunksAsync(source, first, description, options, cancellationToken)
            : await SendWholeAsync(first.Content, description, options, cancellationToken);
        return (stored, announced.Count);
    }

    private async Task<GcsObject> SendWholeAsync(
        ReadOnlyMemory<byte> content,
        byte[] description,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        using var body = new MultipartContent("related");
        body.Add(Typed(new ByteArrayContent(description), "application/json; charset=utf-8"));
        body.Add(Typed(new ReadOnlyMemoryContent(content), options.ContentType));
        using var answer = await client.SendAsync(
            HttpMethod.Post,
            Address("multipart", options),
            body,
            prepare: null,
            cancellationToken
        );
        await CheckAsync(answer, cancellationToken);
        return GcsObject.Read(await GcsClient.ReadJsonAsync(answer, cancellationToken));
    }

    /// <summary>While a chunk is under way the next is read: two in memory, never more.</summary>
    private async Task<GcsObject> SendChunksAsync(
        Stream source,
        UploadBlock first,
        byte[] description,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        var upload = new ResumableUpload(client, await OpenAsync(description, options, cancellationToken), time);
        using var second = UploadBlock.Rent(chunkSize);
        var sending = Task.CompletedTask;
        try
        {
            var (chunk, next) = (first, second);
            while (chunk.IsFull)
            {
                sending = upload.SendAsync(chunk.Content, isLast: false, cancellationToken);
                await next.ReadAsync(source, cancellationToken);
                await sending;
                (chunk, next) = (next, chunk);
            }

            // It may be empty: that the chunk before was the last was not known when it was sent.
            return (await upload.SendAsync(chunk.Content, isLast: true, cancellationToken))!;
        }
        catch
        {
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await upload.AbortAsync();
            throw;
        }
    }

    private async Task<string> OpenAsync(byte[] description, PutOptions options, CancellationToken cancellationToken)
    {
        using var answer = await client.SendAsync(
            HttpMethod.Post,
            Address("resumable", options),
            Typed(new ByteArrayContent(description), "application/json; charset=utf-8"),
            request => request.Headers.TryAddWithoutValidation("X-Upload-Content-Type", options.ContentType),
            cancellationToken
        );
        await CheckAsync(answer, cancellationToken);
        return answer.Headers.Location?.AbsoluteUri ?? throw GcsErrors.Strange();
    }

    private string Address(string type, PutOptions options) =>
        $"{client.Uploads}?uploadType={type}" + (options.CreateOnly ? "&ifGenerationMatch=0" : "");

    private static async Task CheckAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw answer.StatusCode switch
            {
                HttpStatusCode.PreconditionFailed => GcsErrors.ObjectExists(),
                HttpStatusCode.NotFound => GcsErrors.BucketNotFound(),
                _ => await GcsClient.ErrorAsync(answer, cancellationToken),
            };
        }
    }

    private static T Typed<T>(T content, string type)
        where T : HttpContent
    {
        content.Headers.ContentType = MediaTypeHeaderValue.TryParse(type, out var parsed)
            ? parsed
            : new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }
}
