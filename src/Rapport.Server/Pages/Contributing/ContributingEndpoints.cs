using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.SharedWithMe;

namespace Rapport.Server.Pages.Contributing;

/// <summary>What somebody adds to a record in their own name, where its patient lets them: a result or a note by hand, a file; and taking it back.</summary>
internal static class ContributingEndpoints
{
    /// <summary>The largest file, in bytes: it is read while one waits.</summary>
    private const int MostBytes = 8 * 1024 * 1024;

    /// <summary>Told where nothing of what somebody brought may be added.</summary>
    public const string NotTaken = "not-taken";

    /// <summary>What can be written down about somebody else.</summary>
    private static readonly string[] ByHand = ["measurement", "note"];

    public static void MapContributing(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/shared/{patient}/added", ShowAsync);
        pages.MapGet("/shared/{patient}/added/by-hand", ShowHandAsync);
        pages.MapPost("/shared/{patient}/added/by-hand", WriteAsync).RequireRateLimiting(RateLimits.Acting);
        pages.MapGet("/shared/{patient}/added/file", ShowFileAsync);
        pages.MapPost("/shared/{patient}/added/file", BringAsync).RequireRateLimiting(RateLimits.Import).WithMetadata(RateLimits.FileForOthers, new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBytes + (64 * 1024)));
        pages.MapPost("/shared/{patient}/added/take-back", TakeBackAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, BroughtMarks marks, string patient, string? done, CancellationToken cancel) =>
        await OpenAsync(http, door, patient) is not { } access ? TypedResults.NotFound() : new RazorComponentResult<AddedPage>(new Dictionary<string, object?>
        {
            [nameof(AddedPage.Access)] = access,
            [nameof(AddedPage.Added)] = (await access.SourcesAsync(cancel)).Select(source => (marks.Seal(access.Actor.Person, access.Patient, source.Number), source)).ToList(),
            [nameof(AddedPage.Purpose)] = await door.FindSharedAsync(http, access.Patient) is { } shared ? Purposes.UsualFor(http.GetPerson(), shared) : http.GetPerson().DefaultPurpose,
            [nameof(AddedPage.MayWrite)] = MayWrite(access),
            [nameof(AddedPage.Done)] = done,
        });

    private static async Task<IResult> ShowHandAsync(HttpContext http, RecordDoor door, TimeProvider clock, string patient, string? what) =>
        await OpenAsync(http, door, patient) is { } access && MayWrite(access) && ByHand.Contains(what ?? ByHand[0]) && HandForm.Empty(what, clock.GetUtcNow()) is { } form
            ? HandPage(access, form, new Dictionary<string, string>(), StatusCodes.Status200OK)
            : TypedResults.NotFound();

    private static async Task<IResult> WriteAsync(HttpContext http, RecordDoor door, PeopleModule people, IFormCollection sent, TimeProvider clock, string patient, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, patient) is not { } access || !MayWrite(access) || HandForm.Read(sent, clock.GetUtcNow()) is not { } form || !ByHand.Contains(form.What))
        {
            return TypedResults.NotFound();
        }

        var author = await Author.OfAsync(http, people, cancel);
        if (form.ToSource(clock.GetUtcNow(), out var problems, author) is not { } source)
        {
            return HandPage(access, form, problems, StatusCodes.Status422UnprocessableEntity);
        }

        var options = new ImportOptions { SourceName = Say.Fill(ContributingText.SourceOf, author) };
        return await Importer.WriteAsync(access, source, options, cancel) is null ? Done(access, "added") : Done(access, NotTaken);
    }

    private static async Task<IResult> ShowFileAsync(HttpContext http, RecordDoor door, string patient) =>
        await OpenAsync(http, door, patient) is { } access ? FilePage(access, [], StatusCodes.Status200OK) : TypedResults.NotFound();

    private static async Task<IResult> BringAsync(HttpContext http, RecordDoor door, PeopleModule people, IFormCollection sent, string patient, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, patient) is not { } access)
        {
            return TypedResults.NotFound();
        }

        if (sent.Files["file"] is not { Length: > 0 } file || file.Length > MostBytes)
        {
            return FilePage(access, [Say.Fill(ContributingText.ChooseFile, Say.Number(MostBytes / 1024 / 1024))], StatusCodes.Status422UnprocessableEntity);
        }

        // Whether it is about the patient is said by who brings it: comparing would tell what the record says of them.
        if (sent["about"] != "on")
        {
            return FilePage(access, [Say.Fill(ContributingText.SayAbout, access.PatientName)], StatusCodes.Status422UnprocessableEntity);
        }

        using var memory = new MemoryStream();
        await file.CopyToAsync(memory, cancel);
        var name = ShownName.Of(Path.GetFileName(file.FileName));
        var options = new ImportOptions { SourceName = Say.Fill(ContributingText.FileOf, name, await Author.OfAsync(http, people, cancel)) };
        var refused = await Importer.WriteAsync(access, Importer.Read(SourceContent.Of(name, memory.ToArray()), options, null, cancel), options, cancel);
        return refused is null ? Done(access, "added")
            : refused.Issues.Count == 0 ? Done(access, NotTaken)
            : FilePage(access, [ContributingText.FileRefused, .. refused.Issues.Take(5).Select(static issue => issue.Text)], StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> TakeBackAsync(HttpContext http, RecordDoor door, BroughtMarks marks, IFormCollection fields, string patient, CancellationToken cancel) =>
        await OpenAsync(http, door, patient) is { } access && marks.Open(access.Actor.Person, fields["source"]) is { } brought && brought.Patient == access.Patient && await SourceRemoval.TakeBackAsync(access, brought.Number, cancel)
            ? Done(access, "taken") : TypedResults.NotFound();

    /// <summary>To what they added. Where their right to add ended meanwhile, it is not there any more.</summary>
    private static SeeOther Done(ContributingAccess access, string what) => new($"/shared/{access.Patient}/added?done={what}");

    private static async Task<ContributingAccess?> OpenAsync(HttpContext http, RecordDoor door, string patient) =>
        PatientId.TryParse(patient, out var id) && !RecordDoor.IsOwn(http, id) ? await door.OpenContributingAsync(http, id) : null;

    /// <summary>What is written down is a result.</summary>
    private static bool MayWrite(ContributingAccess access) => access.Types.Count == 0 || access.Types.Contains(HandForm.TypeOf(ByHand[0]));

    private static RazorComponentResult<HandPage> HandPage(ContributingAccess access, HandForm form, IReadOnlyDictionary<string, string> problems, int status) => new(new Dictionary<string, object?>
    {
        [nameof(Gather.HandPage.Form)] = form,
        [nameof(Gather.HandPage.Problems)] = problems,
        [nameof(Gather.HandPage.Path)] = $"/shared/{access.Patient}/added/by-hand",
        [nameof(Gather.HandPage.Offered)] = ByHand,
        [nameof(Gather.HandPage.ForWhom)] = access.PatientName,
        [nameof(Gather.HandPage.Room)] = "shared",
        [nameof(Gather.HandPage.BackText)] = ContributingText.Heading,
    })
    { StatusCode = status };

    private static RazorComponentResult<AddFilePage> FilePage(ContributingAccess access, IReadOnlyList<string> problems, int status) => new(new Dictionary<string, object?>
    {
        [nameof(AddFilePage.Access)] = access,
        [nameof(AddFilePage.Problems)] = problems,
    })
    { StatusCode = status };
}
