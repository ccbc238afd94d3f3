using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Yyc3.Connectors.EndToEnd.Tests.Running;

/// <summary>Plain HTTP with JSON, as curl does it.</summary>
public sealed class RestClient : IDisposable
{
    public RestClient(Uri address, string? key)
    {
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        if (key is not null)
        {
            Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public HttpClient Http { get; }

    public Task<RestAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<RestAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public Task<RestAnswer> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, json);

    public Task<RestAnswer> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json);

    public async Task<RestAnswer> SendAsync(
        HttpMethod method,
        string path,
        string? json,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        return await RestAnswer.OfAsync(response);
    }

    /// <summary>Uploads by a form; parts keep their order.</summary>
    public async Task<RestAnswer> UploadAsync(
        string integrationId,
        params (string Name, HttpContent Content, string? File)[] parts
    )
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, content, file) in parts)
        {
            if (file is null)
            {
                form.Add(content, name);
            }
            else
            {
                form.Add(content, name, file);
            }
        }

        using var response = await Http.PostAsync($"/v1/integrations/{integrationId}/storage/upload", form);
        return await RestAnswer.OfAsync(response);
    }

    /// <summary>Makes an integration and returns its id.</summary>
    public async Task<string> CreateAsync(string type, string provider, string config = "{}")
    {
        var answer = await PostAsync(
            "/v1/integrations",
            $$$"""{"name":"{{{provider}}}","type":"{{{type}}}","provider":"{{{provider}}}","config":{{{config}}},"auth":{"type":"none"}}"""
        );
        Assert.Equal(201, answer.Status);
        return answer.Data["id"]!.GetValue<string>();
    }

    /// <summary>Makes a key with these permissions.</summary>
    public async Task<string> CreateKeyAsync(string? tenant, params string[] permissions)
    {
        var body = new JsonObject
        {
            ["name"] = "test",
            ["permissions"] = new JsonArray([.. permissions.Select(permission => (JsonNode)permission)]),
        };
        if (tenant is not null)
        {
            body["tenantId"] = tenant;
        }

        var answer = await PostAsync("/v1/access/keys", body.ToJsonString());
        Assert.Equal(201, answer.Status);
        return answer.Data["key"]!.GetValue<string>();
    }

    public void Dispose() => Http.Dispose();
}
