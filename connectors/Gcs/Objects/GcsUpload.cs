using System.Net;
using System.Net.Http.Headers;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>Stores content: what fits one chunk in one request, anything larger in an upload session.</summary>
internal sealed class GcsUpload(GcsClient client, int chunkSize, TimeProvider time)
{
    /// <summary>Uploads.</summary>
    /// <returns>The object as the service tells it.</returns>
    public async Task<GcsObject> RunAsync(
        string name,
        AnnouncedStream content,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        await using var compressed = options.Compress ? GzipObject.Compress(content) : null;
        var source = compressed ?? content;
        var description = UploadDescription.Write(name, options);
        using var first = await UploadBlock.ReadFirstAsync(source, chunkSize, cancellationToken);
        return first.IsFull
            ? await SendChunksAsync(source, first, description, options, cancellationToken)
            : await SendWholeAsync(first.Content, description, options, cancellationToken);
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
        var stored = GcsObject.Read(await GcsClient.ReadJsonAsync(answer, cancellationToken));
        return stored.StoredSize == content.Length ? stored : throw GcsErrors.UploadDamaged();
    }

    private async Task<GcsObject> SendChunksAsync(
        Stream source,
        UploadBlock first,
        byte[] description,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        var upload = new ResumableUpload(client, await OpenAsync(description, options, cancellationToken), time);
        try
        {
            await UploadBlocks.SendAsync(source, first, upload.SendAsync, cancellationToken);
            return upload.Stored!;
        }
        catch
        {
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
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
