using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;
using Rapport.Server.Offline;

namespace Rapport.Server.Design;

/// <summary>
/// The stylesheet, the script and the icons, out of the executable itself, so that they are the same however the server was started. The
/// address of each holds the digest of its content: a browser keeps it for good and asks anew only when it changed. The styles of all
/// components are one file. Immutable, thread safe.
/// </summary>
internal static class SiteFiles
{
    private const string Prefix = "/assets";

    private static readonly FrozenDictionary<string, Asset> ByName = LoadAll();

    /// <summary>The names of the icons there are: read out of their file each time, for the one page that shows them all.</summary>
    public static IReadOnlyList<string> IconNames() =>
    [
        .. System.Xml.Linq.XDocument.Load(new MemoryStream(Read("wwwroot/icons.svg"))).Root!.Elements().Select(static symbol => symbol.Attribute("id")!.Value),
    ];

    /// <summary>The address of an asset such as <c>rapport.css</c>.</summary>
    public static string Href(string name) => ByName[name].Path;

    /// <summary>Serves the assets to everybody: nothing in them is about anybody.</summary>
    public static void MapSiteFiles(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Prefix).AllowAnonymous().ExcludeFromDescription();
        foreach (var asset in ByName.Values)
        {
            group.MapMethods(asset.Path[Prefix.Length..], [HttpMethods.Get, HttpMethods.Head], (HttpContext http) => asset.SendAsync(http));
        }

        endpoints.MapMethods("/favicon.ico", [HttpMethods.Get, HttpMethods.Head], () => Results.Redirect(Href("icon.svg")))
            .AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>One of the styles as it is written, for a file that stands alone.</summary>
    /// <param name="name">Such as <c>Design/Tokens.css</c>.</param>
    public static string Style(string name) => Encoding.UTF8.GetString(Read(name));

    private static FrozenDictionary<string, Asset> LoadAll()
    {
        var files = LoadFiles().ToDictionary(static asset => asset.Name);
        var manifests = Languages.All.Select(language => new Asset(AppManifest.NameOf(language), "application/manifest+json", AppManifest.Write(language, name => files[name].Path)));
        return files.Values.Concat(manifests).ToFrozenDictionary(static asset => asset.Name);
    }

    private static Asset[] LoadFiles() =>
    [
        new Asset("rapport.css", "text/css; charset=utf-8", ReadStyles()),
        new Asset("rapport.js", "text/javascript; charset=utf-8", Read("wwwroot/rapport.js")),
        new Asset("filter.js", "text/javascript; charset=utf-8", Read("wwwroot/filter.js")),
        new Asset("record.js", "text/javascript; charset=utf-8", Read("wwwroot/record.js")),
        new Asset("passkey.js", "text/javascript; charset=utf-8", Read("wwwroot/passkey.js")),
        new Asset("ledger.js", "text/javascript; charset=utf-8", Read("wwwroot/ledger.js")),
        new Asset("columns.js", "text/javascript; charset=utf-8", Read("wwwroot/columns.js")),
        new Asset("gather.js", "text/javascript; charset=utf-8", Read("wwwroot/gather.js")),
        new Asset("files.js", "text/javascript; charset=utf-8", Read("wwwroot/files.js")),
        new Asset("follow.js", "text/javascript; charset=utf-8", Read("wwwroot/follow.js")),
        new Asset("open.js", "text/javascript; charset=utf-8", Read("wwwroot/open.js")),
        new Asset("join.js", "text/javascript; charset=utf-8", Read("wwwroot/join.js")),
        new Asset("notices.js", "text/javascript; charset=utf-8", Read("wwwroot/notices.js")),
        new Asset("icon.svg", "image/svg+xml", Read("wwwroot/icon.svg")),
        new Asset("icons.svg", "image/svg+xml", Read("wwwroot/icons.svg")),
        new Asset("shell.js", "text/javascript; charset=utf-8", Read("wwwroot/shell.js")),
        new Asset("offline.js", "text/javascript; charset=utf-8", Read("wwwroot/offline.js")),
        new Asset("kept.js", "text/javascript; charset=utf-8", ReadKept()),
        new Asset("kept-worker.js", "text/javascript; charset=utf-8", AsClassic("kept", ReadKept())),
        new Asset("keep.js", "text/javascript; charset=utf-8", Read("wwwroot/keep.js")),
        new Asset("icon-192.png", "image/png", Read("wwwroot/icon-192.png")),
        new Asset("icon-512.png", "image/png", Read("wwwroot/icon-512.png")),
        new Asset("icon-full-192.png", "image/png", Read("wwwroot/icon-full-192.png")),
        new Asset("icon-full-512.png", "image/png", Read("wwwroot/icon-full-512.png")),
    ];

    /// <summary>Tokens, then plain HTML, then the components, and at last what holds on paper.</summary>
    private static byte[] ReadStyles()
    {
        string[] ends = ["Design/Tokens.css", "Design/Base.css", "Design/Print.css"];
        var components = Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.EndsWith(".css", StringComparison.Ordinal)).Except(ends).Order(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var name in ends[..2].Concat(components).Append(ends[2]))
        {
            text.Append(Encoding.UTF8.GetString(Read(name))).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>One module, for pages and for the worker; its parts know each other.</summary>
    private static byte[] ReadKept() => [.. ((string[])["store", "sealing", "copy", "outbox"]).SelectMany(static part => (byte[])[.. Read($"wwwroot/kept/{part}.js"), (byte)'\n'])];

    /// <summary>A module for the worker, which browsers run as a script that is none: what it would give to others stands under a name.</summary>
    private static byte[] AsClassic(string name, byte[] module)
    {
        const string Gives = "\nexport ";
        var text = Encoding.UTF8.GetString(module);
        var given = text.Split(Gives).Skip(1).Select(static part => part.Split(' ', '(', '=').First(static word => word is not ("" or "async" or "const" or "function" or "class")));
        return Encoding.UTF8.GetBytes($"const {name} = (() => {{\n{text.Replace(Gives, "\n", StringComparison.Ordinal)}\nreturn {{ {string.Join(", ", given)} }};\n}})();\n");
    }

    /// <summary>A file as it was put into the executable.</summary>
    public static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"`{name}` is not part of the executable");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private sealed class Asset
    {
        private readonly string _type;
        private readonly byte[] _content;
        private readonly byte[] _brotli;
        private readonly EntityTagHeaderValue _tag;

        internal Asset(string name, string type, byte[] content)
        {
            Name = name;
            _type = type;
            _content = content;
            var digest = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
            Path = $"{Prefix}/{digest}/{name}";
            _tag = new EntityTagHeaderValue($"\"{digest}\"");

            using var memory = new MemoryStream();
            using (var brotli = new BrotliStream(memory, CompressionLevel.SmallestSize, leaveOpen: true))
            {
                brotli.Write(content);
            }

            _brotli = memory.ToArray();
        }

        internal string Name { get; }

        internal string Path { get; }

        internal async Task SendAsync(HttpContext http)
        {
            var headers = http.Response.GetTypedHeaders();
            headers.CacheControl = new CacheControlHeaderValue
            {
                Public = true,
                MaxAge = TimeSpan.FromDays(365),
                Extensions = { new NameValueHeaderValue("immutable") },
            };
            headers.ETag = _tag;
            http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (http.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(_tag, useStrongComparison: false)))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            var brotli = http.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "br" && coding.Quality is not 0);
            if (brotli)
            {
                http.Response.Headers.ContentEncoding = "br";
            }

            var body = brotli ? _brotli : _content;
            http.Response.ContentType = _type;
            http.Response.ContentLength = body.Length;
            if (!HttpMethods.IsHead(http.Request.Method))
            {
                await http.Response.Body.WriteAsync(body, http.RequestAborted);
            }
        }
    }
}
