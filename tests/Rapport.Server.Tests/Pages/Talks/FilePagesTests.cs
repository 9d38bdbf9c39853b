using System.Net;
using System.Text.RegularExpressions;
using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Files;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Photos, documents and voice notes over plain HTTP, as a browser without script sends and shows them.</summary>
public sealed partial class FilePagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_sent_with_its_files_at_once_and_the_other_sees_them_as_parts_of_the_page_or_saves_them()
    {
        var (patient, doctor, place) = await BeginAsync();
        using var sent = await SendAsync(patient, place, [("text", "my knee"), ("step", "send")], ("Maya Castellanos's knee.jpg", SentFiles.Of("gps.jpg")), ("x.html", SentFiles.Of("voice.m4a")), ("", []));
        Assert.Equal((HttpStatusCode.SeeOther, place + "#newest"), (sent.StatusCode, sent.Headers.Location?.OriginalString));
        var page = await doctor.ReadAsync(place);
        Assert.Contains($"<img src=\"{place}/files/2/0\" alt=\"{Html(FileText.PhotoUntold)}\"", page);
        Assert.Contains($"src=\"{place}/files/2/1\"", page);
        using var image = new HttpRequestMessage(HttpMethod.Get, $"{place}/files/2/0") { Headers = { { "Sec-Fetch-Dest", "image" } } };
        using var shown = await doctor.SendAsync(image);
        Assert.Equal(("image/jpeg", "rapport-2-1.jpg"), (shown.Content.Headers.ContentType?.ToString(), shown.Content.Headers.ContentDisposition?.FileName));
        Assert.Equal("attachment", shown.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("no-store, private", shown.Headers.CacheControl?.ToString());
        Assert.Equal(["sandbox; default-src 'none'; frame-ancestors 'none'"], shown.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(["nosniff"], shown.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["same-origin"], shown.Headers.GetValues("Cross-Origin-Resource-Policy"));
        Assert.DoesNotContain("Madrid", await shown.Content.ReadAsStringAsync(Cancel));
        using var stranger = new FormVisitor(server);
        using var away = await stranger.GetAsync($"{place}/files/2/0");
        Assert.Equal(HttpStatusCode.Found, away.StatusCode);
    }

    [Fact]
    public async Task Files_are_looked_at_first_described_taken_out_and_kept_through_the_question_about_an_emergency()
    {
        var (patient, doctor, place) = await BeginAsync();
        using var first = await SendAsync(patient, place, [("text", "half a"), ("step", "edit")], ("knee.png", SentFiles.Of("gps.png")), ("notes.txt", "what I wrote"u8.ToArray()));
        var page = await first.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Contains(">half a</textarea>", page);
        var files = Chosen().Matches(page).Select(static match => match.Groups["id"].Value).ToList();
        Assert.Equal(2, files.Count);
        using var preview = await patient.GetAsync($"{place}/files/waiting/{files[0]}");
        Assert.Equal("image/png", preview.Content.Headers.ContentType?.ToString());
        using var theirs = await doctor.GetAsync($"{place}/files/waiting/{files[0]}");
        Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);

        (string, string)[] both = [("file", files[0]), ($"says-{files[0]}", "my <knee>"), ("file", files[1]), ("once", Once(page))];
        using var asked = await SendAsync(patient, place, [.. both, ("text", "I have a crushing pain in my chest and cannot breathe"), ("step", "send")]);
        page = await asked.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("tel:112", page);
        Assert.Contains(Html(Say.Count(FileText.GoAlong, 2)), page);
        Assert.Contains($"name=\"file\" value=\"{files[1]}\"", page);
        using var dropped = await SendAsync(patient, place, [.. both, ("text", "only the picture"), ("step", "drop-" + files[1])]);
        page = await dropped.Content.ReadAsStringAsync(Cancel);
        Assert.Equal([files[0]], Chosen().Matches(page).Select(static match => match.Groups["id"].Value));
        using var gone = await patient.GetAsync($"{place}/files/waiting/{files[1]}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        using var sent = await patient.PostAsync("/account", place, ("text", ""), ("step", "send"), both[0], both[1], both[3]);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.Contains($"alt=\"{Html("my <knee>")}\"", await doctor.ReadAsync(place));
        Assert.Contains(Html(Say.Fill(ConversationText.SaidBy, "Maya Castellanos", FileText.Photo)), await doctor.ReadAsync("/conversations"));
    }

    /// <summary>What a file shows was looked at by nobody: a photo with such words alone went without a question.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("Thank you for the form.")]
    public async Task What_somebody_says_of_a_file_may_mean_an_emergency_as_their_text_may(string text)
    {
        const string says = "I cannot breathe and my chest hurts badly";
        Assert.Null(Conversations.UrgentGuard.Look($"knee\n{text}"));
        var (patient, doctor, place) = await BeginAsync();
        using var first = await SendAsync(patient, place, [("text", text), ("step", "edit")], ("me.png", SentFiles.Of("gps.png")));
        var page = await first.Content.ReadAsStringAsync(Cancel);
        var file = Chosen().Match(page).Groups["id"].Value;
        (string, string)[] fields = [("text", text), ("file", file), ($"says-{file}", says), ("once", Once(page)), ("step", "send")];
        using var asked = await SendAsync(patient, place, fields);
        page = await asked.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("tel:112", page);
        Assert.Contains($">{says}<", page);
        Assert.DoesNotContain(says, await doctor.ReadAsync(place));
        using var sent = await SendAsync(patient, place, [.. fields, ("sure", "yes")]);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.Contains(says, await doctor.ReadAsync(place));
    }

    [Fact]
    public async Task What_cannot_be_sent_is_said_with_the_text_and_the_other_files_kept_and_nothing_is_sent()
    {
        var (patient, doctor, place) = await BeginAsync();
        (string, byte[])[] many = [.. Enumerable.Range(0, 7).Select(static i => ($"{i}.txt", new[] { (byte)('a' + i) }))];
        foreach (var (files, words, kept) in new ((string, byte[])[], string, int)[]
        {
            ([("a.txt", "fine"u8.ToArray()), ("<b>.png", "<svg/>"u8.ToArray())], Say.Fill(FileText.NotTaken, "<b>.png", FileText.NotOfAKind), 1),
            ([("a.txt", [])], Say.Fill(FileText.NotTaken, "a.txt", FileText.Empty), 0),
            ([("a.txt", new byte[Conversations.FileRules.UsualBytes + 1])], Say.Fill(FileText.NotTaken, "a.txt", Say.Fill(FileText.TooLarge, Say.Size(Conversations.FileRules.UsualBytes))), 0),
            (many, Say.Fill(FileText.TooMany, "6"), 6),
        })
        {
            using var refused = await SendAsync(patient, place, [("text", "my words"), ("step", "send")], files);
            var page = await refused.Content.ReadAsStringAsync(Cancel);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(Html(words), page);
            Assert.Contains(">my words</textarea>", page);
            Assert.Equal(kept, Chosen().Count(page));
        }

        Assert.DoesNotContain("my words", await doctor.ReadAsync(place));
    }

    [Fact]
    public async Task A_form_that_breaks_off_gives_back_the_words_and_the_files_that_came_and_sends_nothing()
    {
        var (patient, doctor, place) = await BeginAsync();
        using var first = await SendAsync(patient, place, [("text", "half a"), ("step", "edit")], ("knee.png", SentFiles.Of("gps.png")));
        var page = await first.Content.ReadAsStringAsync(Cancel);
        var file = Assert.Single(Chosen().Matches(page)).Groups["id"].Value;
        using var whole = new MultipartFormDataContent
        {
            { new StringContent(await patient.TokenAsync("/account")), "__RequestVerificationToken" },
            { new StringContent("my long words"), "text" },
            { new StringContent(Once(page)), "once" },
            { new StringContent("send"), "step" },
            { new StringContent(file), "file" },
            { new StringContent("my knee"), $"says-{file}" },
            { new ByteArrayContent(SentFiles.Of("gps.jpg")) { Headers = { { "Content-Disposition", "form-data; name=\"chosen\"; filename=\"late.jpg\"" } } } },
        };
        using var cut = new ByteArrayContent((await whole.ReadAsByteArrayAsync(Cancel))[..^200]) { Headers = { ContentType = whole.Headers.ContentType } };
        using var refused = await patient.PostWithAsync(place + "/send", cut);
        page = await refused.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains(Html(FileText.NotThrough), page);
        Assert.Contains(">my long words</textarea>", page);
        Assert.Equal([file], Chosen().Matches(page).Select(static match => match.Groups["id"].Value));
        Assert.Contains("value=\"my knee\"", page);
        Assert.DoesNotContain("my long words", await doctor.ReadAsync(place));

        // Before its token came, nothing of it is anybody's.
        using var none = new ByteArrayContent((await whole.ReadAsByteArrayAsync(Cancel))[..60]) { Headers = { ContentType = whole.Headers.ContentType } };
        using var nothing = await patient.PostWithAsync(place + "/send", none);
        Assert.Contains(Html(FileText.NotThrough), await nothing.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_patient_puts_what_was_sent_into_their_record_by_a_button_that_nobody_else_has()
    {
        var (patient, doctor, place) = await BeginAsync();
        using var sent = await SendAsync(doctor, place, [("text", "the letter"), ("step", "send")], ("letter.png", SentFiles.Of("gps.png")));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        var keep = $"{place}/files/2/0/keep";
        Assert.Contains($"action=\"{keep}\"", await patient.ReadAsync(place));
        Assert.DoesNotContain("/keep", await doctor.ReadAsync(place));
        using var refused = await doctor.PostAsync("/account", keep);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        for (var i = 0; i < 2; i++)
        {
            using var kept = await patient.PostAsync("/account", keep);
            Assert.Equal($"{place}?from=1&done=file-kept#m2", kept.Headers.Location?.OriginalString);
        }

        var page = await patient.ReadAsync(place + "?from=1&done=file-kept");
        Assert.Contains(Html(FileText.DoneKept), page);
        Assert.Contains(Html(FileText.IsKept), page);
        Assert.DoesNotContain("/keep", page);
        var source = SourceLink().Match(page).Value;
        Assert.Contains(Html(Say.Fill(FileText.Source, FileText.Photo, "knee", "Dr Lee, physician")), await patient.ReadAsync(source));
    }

    [Fact]
    public async Task Who_takes_their_conversations_along_has_files_by_what_they_are_called_and_hash_to()
    {
        var (patient, _, place) = await BeginAsync();
        using var sent = await SendAsync(patient, place, [("text", ""), ("step", "send")], ("my <notes>.txt", "what I wrote"u8.ToArray()));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        using var taken = await patient.GetAsync("/account/conversations.zip");
        using var archive = new System.IO.Compression.ZipArchive(await taken.Content.ReadAsStreamAsync(Cancel));
        using var reader = new StreamReader(archive.Entries.First(static entry => entry.Name.EndsWith(".html", StringComparison.Ordinal) && entry.Name != "index.html").Open());
        var page = await reader.ReadToEndAsync(Cancel);
        Assert.Contains($"{FileText.Document} · my &lt;notes&gt;.txt · TXT", page);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("what I wrote"u8)), page);
    }

    [Fact]
    public async Task A_form_with_files_that_is_sent_twice_is_one_message()
    {
        var (patient, _, place) = await BeginAsync();
        for (var i = 0; i < 2; i++)
        {
            using var sent = await SendAsync(patient, place, [("once", "0123456789ABCDEF"), ("text", "only once"), ("step", "send")], ("knee.jpg", SentFiles.Of("gps.jpg")));
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        }

        Assert.Equal(2, (await patient.ReadAsync(place)).Split("only once").Length);
    }

    [Fact]
    public async Task A_form_of_another_site_or_without_its_token_leaves_nothing()
    {
        var (patient, _, place) = await BeginAsync();
        using var form = new MultipartFormDataContent { { new StringContent("x"), "text" }, { new ByteArrayContent(SentFiles.Of("gps.jpg")), "chosen", "knee.jpg" } };
        using var refused = await patient.PostWithAsync(place + "/send", form);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var back = await patient.GetAsync(place + "/send");
        Assert.Equal(place, back.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task The_page_of_a_conversation_alone_may_ask_for_the_microphone()
    {
        var (patient, _, place) = await BeginAsync();
        foreach (var (path, asks) in new[] { (place, true), ("/conversations", false), ("/account", false) })
        {
            using var page = await patient.GetAsync(path);
            Assert.Equal(asks, Assert.Single(page.Headers.GetValues("Permissions-Policy")).Contains("microphone=(self)", StringComparison.Ordinal));
        }
    }

    private async Task<(FormVisitor Patient, FormVisitor Doctor, string Place)> BeginAsync()
    {
        var world = await TalkHome.MoveInAsync(server);
        var (patient, doctor) = (await world.Home.Patient.SignInAsync(server), await world.Home.Doctor.SignInAsync(server));
        return (patient, doctor, await TalkHome.BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]));
    }

    internal static async Task<HttpResponseMessage> SendAsync(FormVisitor visitor, string place, IEnumerable<(string Name, string Value)> fields, params (string Name, byte[] Content)[] files)
    {
        using var form = new MultipartFormDataContent { { new StringContent(await visitor.TokenAsync("/account")), "__RequestVerificationToken" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        foreach (var (name, content) in files)
        {
            form.Add(new ByteArrayContent(content) { Headers = { { "Content-Disposition", $"form-data; name=\"chosen\"; filename=\"{name}\"" } } });
        }

        return await visitor.PostWithAsync(place + "/send", form);
    }

    private static string Once(string page) => OnceField().Match(page).Groups["once"].Value;

    [GeneratedRegex("name=\"file\" value=\"(?<id>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Chosen();

    [GeneratedRegex("/gather/sources/[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex SourceLink();

    [GeneratedRegex("name=\"once\" value=\"(?<once>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex OnceField();
}
