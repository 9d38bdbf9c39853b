using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Rapport.Server.Design;
using Rapport.Server.Hosting;

namespace Rapport.Server.Offline;

/// <summary>
/// What a browser keeps to open without a network: a page in each language, and the styles, script and mark of that page. All of it is the same for everybody, and made once, so that its digest is the
/// version: where one byte of it changes, browsers fetch all of it anew. Thread safe.
/// </summary>
internal sealed class OfflineShell
{
    /// <summary>Where the pages stand, by the code of their language.</summary>
    public const string Pages = "/offline";

    private readonly IServiceProvider _services;
    private readonly UrgentHelp _help;
    private Task<Made>? _made;

    public OfflineShell(IServiceProvider services, UrgentHelp help) => (_services, _help) = (services, help);

    /// <summary>
    /// The address by which the offline page names a file of the site. Other pages name it without the mark: their files do not pass through the worker.
    /// </summary>
    public static string Href(string name) => SiteFiles.Href(name) + "?offline";

    /// <summary>The script of all pages, which browsers run on their own.</summary>
    public async Task<byte[]> WorkerAsync() => (await OnceAsync()).Worker;

    /// <summary>The page of a language; null where Rapport does not speak it.</summary>
    public async Task<byte[]?> PageAsync(string language) => (await OnceAsync()).Pages.GetValueOrDefault(language);

    /// <summary>Made when somebody asks first; where that fails, when somebody asks next. Two who ask at the same moment make the same twice.</summary>
    private Task<Made> OnceAsync() => _made is { IsFaulted: false, IsCanceled: false } made ? made : _made = MakeAsync();

    private async Task<Made> MakeAsync()
    {
        var pages = new Dictionary<string, byte[]>();
        foreach (var language in Languages.All)
        {
            pages[language.Code] = await RenderAsync(language);
        }

        string[] files = [Href("rapport.css"), Href("offline.js"), Href("kept.js"), Href("icon.svg")];
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in pages.Values.Concat(files.Select(Encoding.UTF8.GetBytes)))
        {
            all.AppendData(part);
        }

        var shell = JsonSerializer.Serialize(new
        {
            version = Convert.ToHexStringLower(all.GetHashAndReset().AsSpan(0, 8)),
            pages = pages.Keys.ToDictionary(static code => code, static code => $"{Pages}/{code}"),
            files,
        });
        var first = $"const shell = {shell};\nimportScripts(\"{SiteFiles.Href("shell.js")}\", \"{SiteFiles.Href("kept-worker.js")}\");\n\n";
        return new Made([.. Encoding.UTF8.GetBytes(first), .. SiteFiles.Read("wwwroot/sw.js")], pages);
    }

    private async Task<byte[]> RenderAsync(SpokenLanguage language)
    {
        CultureInfo.CurrentUICulture = language.Culture;
        await using var scope = _services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<OfflinePage>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(OfflinePage.Help)] = _help }))).ToHtmlString());
        return Encoding.UTF8.GetBytes(html);
    }

    private sealed record Made(byte[] Worker, IReadOnlyDictionary<string, byte[]> Pages);
}
