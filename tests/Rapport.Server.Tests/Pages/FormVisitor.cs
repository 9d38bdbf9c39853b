using System.Net;
using System.Text.RegularExpressions;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>A browser reduced to HTTP: keeps cookies, follows nothing, takes the antiforgery token out of pages.</summary>
internal sealed partial class FormVisitor : IDisposable
{
    private readonly HttpClient _client;

    public FormVisitor(RunningServer server) =>
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = server.Address };

    public CookieContainer Cookies { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path, Cancel);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead) => _client.SendAsync(request, until, Cancel);

    public async Task<string> ReadAsync(string path) => await (await GetAsync(path)).Content.ReadAsStringAsync(Cancel);

    /// <summary>Sends a form with the token of the page at <paramref name="from"/>.</summary>
    public async Task<HttpResponseMessage> PostAsync(string from, string path, params IEnumerable<(string Name, string Value)> fields) =>
        await PostWithAsync(path, [("__RequestVerificationToken", await TokenAsync(from)), .. fields]);

    /// <summary>Sends a form of these fields and no others.</summary>
    public Task<HttpResponseMessage> PostWithAsync(string path, params IEnumerable<(string Name, string Value)> fields) =>
        _client.PostAsync(path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), Cancel);

    /// <summary>Sends whatever is given.</summary>
    public Task<HttpResponseMessage> PostWithAsync(string path, HttpContent content) => _client.PostAsync(path, content, Cancel);

    /// <summary>Sends a file with the token of the gather page before it, and goes on to the page that tells what became of it.</summary>
    public async Task<HttpResponseMessage> UploadAsync(string name, byte[] content, string? token = null)
    {
        token ??= await TokenAsync("/gather");
        using var form = new MultipartFormDataContent
        {
            { new StringContent(token), "__RequestVerificationToken" },
            { new ByteArrayContent(content), "file", name },
        };
        return await FollowAsync(await _client.PostAsync("/gather", form, Cancel));
    }

    /// <summary>Where an answer leads on to; the answer itself when it does not.</summary>
    public async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.SeeOther)
        {
            return answer;
        }

        using (answer)
        {
            return await GetAsync(answer.Headers.Location!.ToString());
        }
    }

    public async Task<HttpResponseMessage> SignInAsync(string name, string password = Household.Password, string then = "/") =>
        await PostAsync("/sign-in", "/sign-in", ("name", name), ("password", password), ("then", then));

    public async Task<string> TokenAsync(string page) => Token().Match(await ReadAsync(page)).Groups["token"].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
