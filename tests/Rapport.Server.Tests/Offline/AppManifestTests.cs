using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rapport.Language;
using Rapport.Server.Design;
using Rapport.Server.Offline;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Offline;

/// <summary>What a browser is told that installs Rapport.</summary>
public sealed partial class AppManifestTests(RunningServer server, BrowserFixture browser) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How far two drawings of the mark are apart, at the size of the file: of a thousand values how many differ by more than what two ways of drawing an edge do.</summary>
    private const string Difference = """
        async ([mark, file, size, isFull]) => {
          const load = async text => {
            const image = new Image(size, size);
            image.src = text;
            await image.decode();
            const canvas = new OffscreenCanvas(size, size).getContext("2d");
            canvas.drawImage(image, 0, 0, size, size);
            return canvas.getImageData(0, 0, size, size).data;
          };
          const drawn = await (await fetch(mark)).text();
          const svg = (isFull ? drawn.replace(' rx="8"', "") : drawn).replace("<svg ", `<svg width="${size}" height="${size}" `);
          const [a, b] = [await load("data:image/svg+xml," + encodeURIComponent(svg)), await load(file)];
          return Math.round(1000 * a.filter((value, i) => Math.abs(value - b[i]) > 32).length / a.length);
        }
        """;

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public async Task It_is_in_the_language_of_the_page_and_the_same_for_everybody(string language)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var stranger = new FormVisitor(server);
        using var maya = await home.Patient.SignInAsync(server);
        using (await maya.PostAsync("/account", "/language", ("language", language), ("back", "/account")))
        using (await stranger.PostAsync("/sign-in", "/language", ("language", language), ("back", "/sign-in")))
        {
            var place = Link().Match(await stranger.ReadAsync("/sign-in")).Groups["place"].Value;
            Assert.Equal(place, Link().Match(await maya.ReadAsync("/account")).Groups["place"].Value);
            using var answer = await stranger.GetAsync(place);
            Assert.Equal("application/manifest+json", answer.Content.Headers.ContentType?.MediaType);
            var manifest = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Cancel)).RootElement;
            Assert.Equal(
                ("Rapport", language, "/", "/", "/", "standalone"),
                (Text("name"), Text("lang"), Text("id"), Text("start_url"), Text("scope"), Text("display")));
            Assert.Equal(OfflineText.ResourceManager.GetString(nameof(OfflineText.AppAbout), Languages.Find(language)!.Culture), Text("description"));
            string Text(string name) => manifest.GetProperty(name).GetString()!;
        }
    }

    [Fact]
    public async Task Each_icon_is_of_the_size_it_says_and_one_may_be_cut_into_a_shape()
    {
        using var stranger = new FormVisitor(server);
        using var answer = await stranger.GetAsync(SiteFiles.Href(AppManifest.NameOf(Languages.English)));
        var icons = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Cancel)).RootElement.GetProperty("icons").EnumerateArray().ToList();
        Assert.Equal(["192x192 any", "192x192 maskable", "512x512 any", "512x512 maskable", "any any"], icons.Select(static icon => $"{icon.GetProperty("sizes")} {icon.GetProperty("purpose")}").Order(StringComparer.Ordinal));
        foreach (var icon in icons.Where(static icon => icon.GetProperty("type").GetString() == "image/png"))
        {
            using var file = await stranger.GetAsync(icon.GetProperty("src").GetString()!);
            Assert.Equal("image/png", file.Content.Headers.ContentType?.MediaType);
            var bytes = await file.Content.ReadAsByteArrayAsync(Cancel);
            Assert.Equal(icon.GetProperty("sizes").GetString(), $"{BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16))}x{BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20))}");
        }
    }

    [Theory]
    [InlineData("icon-192.png", 192, false)]
    [InlineData("icon-512.png", 512, false)]
    [InlineData("icon-full-192.png", 192, true)]
    [InlineData("icon-full-512.png", 512, true)]
    public async Task Each_icon_is_the_mark_of_the_pages(string name, int size, bool isFull)
    {
        // An empty page: the policy of ours lets them show no `data:` addresses.
        await using var bare = await browser.VisitAsync();
        var mark = "data:image/svg+xml;base64," + Convert.ToBase64String(SiteFiles.Read("wwwroot/icon.svg"));
        var file = "data:image/png;base64," + Convert.ToBase64String(SiteFiles.Read("wwwroot/" + name));
        Assert.InRange(await bare.Page.EvaluateAsync<int>(Difference, new object[] { mark, file, size, isFull }), 0, 2);
    }

    [Fact]
    public void Its_colours_are_the_paper_of_the_pages_by_day_and_by_night()
    {
        var papers = Paper().Matches(SiteFiles.Style("Design/Tokens.css")).Select(static match => match.Groups["colour"].Value);
        Assert.Equal([AppManifest.Light, AppManifest.Dark], papers.Take(2));
    }

    [GeneratedRegex("<link rel=\"manifest\" href=\"(?<place>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex("--paper: (?<colour>[^;]+);", RegexOptions.NonBacktracking)]
    private static partial Regex Paper();
}
