using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Gather;

namespace Rapport.Server.Pages.Acting;

/// <summary>
/// What somebody does for a patient: writing down, bringing a file, taking back what they brought, looking at what they did, and laying it down. What they see they see on the pages of shared records.
/// </summary>
internal static class ActingEndpoints
{
    /// <summary>Deeds that are told.</summary>
    private const int MostDeeds = 50;

    /// <summary>The largest file, in bytes: it is read while one waits.</summary>
    private const int MostBytes = 8 * 1024 * 1024;

    public static void MapActing(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/acting/{patient}", ShowAsync);
        pages.MapGet("/acting/{patient}/by-hand", ShowHand);
        pages.MapPost("/acting/{patient}/by-hand", WriteAsync).RequireRateLimiting(RateLimits.Acting);
        pages.MapGet("/acting/{patient}/file", ShowFile);
        pages.MapPost("/acting/{patient}/file", BringAsync).RequireRateLimiting(RateLimits.Import).WithMetadata(RateLimits.FileForOthers, new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBytes + (64 * 1024)));
        pages.MapPost("/acting/{patient}/take-back", TakeBackAsync);
        pages.MapPost("/acting/{patient}/leave", LeaveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, Modules modules, BroughtMarks marks, string? done, CancellationToken cancel)
    {
        var acting = http.GetActing();
        var people = modules.People;

        // Told from the birthday of the policy on, and nothing of it before.
        var grown = acting.IsParental && await modules.Records.Acting.UpbringingAsync(acting.Patient, cancel) is { IsOldEnough: true } upbringing ? upbringing : null;
        var child = grown is null ? null : await people.Accounts.FindByReferenceAsync($"Patient/{acting.Patient}", cancel);
        bool? hasBeenIn = child is null ? null : !await people.Accounts.IsDependentAsync(child.Id, cancel);
        return new RazorComponentResult<ActingPage>(new Dictionary<string, object?>
        {
            [nameof(ActingPage.Acting)] = acting,
            [nameof(ActingPage.Brought)] = MayCorrect(acting) ? [.. (await acting.SourcesAsync(cancel)).Select(source => (marks.Seal(acting.Actor.Person, acting.Patient, source.Number), source))] : Array.Empty<(string, Source)>(),
            [nameof(ActingPage.Deeds)] = await acting.DeedsAsync(MostDeeds, cancel),
            [nameof(ActingPage.PrivateFrom)] = grown?.Policy.PrivateFrom,
            [nameof(ActingPage.ChildName)] = hasBeenIn == false ? child!.SignInName : null,
            [nameof(ActingPage.ChildReads)] = hasBeenIn == true,
            [nameof(ActingPage.LooksAfter)] = await door.OpenGuardianAsync(http, acting.Patient, TokenScopes.ReadShared) is not null,
            [nameof(ActingPage.OtherParents)] = await acting.OtherParentsAsync(cancel),
            [nameof(ActingPage.Done)] = done,
        });
    }

    private static IResult ShowHand(HttpContext http, TimeProvider clock, string? what) =>
        Offered(http.GetActing()) is [var first, ..] offered && HandForm.Empty(what ?? first, clock.GetUtcNow()) is { } form && offered.Contains(form.What)
            ? HandPage(http.GetActing(), form, new Dictionary<string, string>(), StatusCodes.Status200OK)
            : TypedResults.NotFound();

    private static async Task<IResult> WriteAsync(HttpContext http, IFormCollection sent, TimeProvider clock, CancellationToken cancel)
    {
        var acting = http.GetActing();
        if (HandForm.Read(sent, clock.GetUtcNow()) is not { } form || !Offered(acting).Contains(form.What))
        {
            return TypedResults.NotFound();
        }

        if (form.ToSource(clock.GetUtcNow(), out var problems) is not { } source)
        {
            return HandPage(acting, form, problems, StatusCodes.Status422UnprocessableEntity);
        }

        var options = new ImportOptions { SourceKind = "person", SourceName = Say.Fill(HandText.SourceOf, acting.Actor.Name) };
        return await Importer.WriteAsync(acting, source, options, cancel) is null ? new SeeOther($"/acting/{acting.Patient}?done=added") : TypedResults.NotFound();
    }

    private static IResult ShowFile(HttpContext http) => MayAdd(http.GetActing()) ? FilePage(http, [], StatusCodes.Status200OK) : TypedResults.NotFound();

    private static async Task<IResult> BringAsync(HttpContext http, IFormCollection sent, CancellationToken cancel)
    {
        var acting = http.GetActing();
        if (!MayAdd(acting))
        {
            return TypedResults.NotFound();
        }

        if (sent.Files["file"] is not { Length: > 0 } file || file.Length > MostBytes)
        {
            return FilePage(http, [Say.Fill(ActingText.ChooseFile, Say.Number(MostBytes / 1024 / 1024))], StatusCodes.Status422UnprocessableEntity);
        }

        // Whether it is about the patient is said by who brings it: comparing would tell what the record says of them.
        if (sent["about"] != "on")
        {
            return FilePage(http, [Say.Fill(ActingText.SayAbout, acting.PatientName)], StatusCodes.Status422UnprocessableEntity);
        }

        using var memory = new MemoryStream();
        await file.CopyToAsync(memory, cancel);
        var name = ShownName.Of(Path.GetFileName(file.FileName));
        var options = new ImportOptions { SourceName = Say.Fill(ActingText.SourceOf, name, acting.Actor.Name) };
        var source = Importer.Read(SourceContent.Of(name, memory.ToArray()), options, null, cancel);
        var refused = await Importer.WriteAsync(acting, source, options, cancel);
        return refused is null ? new SeeOther($"/acting/{acting.Patient}?done=added")
            : refused.Issues.Count == 0 ? TypedResults.NotFound()
            : FilePage(http, [ActingText.FileRefused, .. refused.Issues.Take(5).Select(static issue => issue.Text)], StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> TakeBackAsync(HttpContext http, IFormCollection fields, BroughtMarks marks, CancellationToken cancel)
    {
        var acting = http.GetActing();
        return marks.Open(acting.Actor.Person, fields["source"]) is { } brought && brought.Patient == acting.Patient && await SourceRemoval.TakeBackAsync(acting, brought.Number, cancel)
            ? new SeeOther($"/acting/{acting.Patient}?done=taken") : TypedResults.NotFound();
    }

    private static async Task<IResult> LeaveAsync(HttpContext http, IFormCollection fields, CancellationToken cancel)
    {
        var acting = http.GetActing();
        return new SeeOther(await acting.LeaveAsync(fields["nobody"] == "on", cancel) ? "/circle" : $"/acting/{acting.Patient}?done=last");
    }

    private static bool MayAdd(ActingAccess acting) => acting.Actions.Contains(ConsentAction.Collect);

    private static bool MayCorrect(ActingAccess acting) => acting.Actions.Contains(ConsentAction.Correct);

    /// <summary>What they may write down: nothing is offered that would be refused.</summary>
    private static List<string> Offered(ActingAccess acting) =>
        MayAdd(acting) ? [.. HandForm.All.Where(what => acting.Types.Count == 0 || acting.Types.Contains(HandForm.TypeOf(what)))] : [];

    private static RazorComponentResult<HandPage> HandPage(ActingAccess acting, HandForm form, IReadOnlyDictionary<string, string> problems, int status) => new(new Dictionary<string, object?>
    {
        [nameof(Gather.HandPage.Form)] = form,
        [nameof(Gather.HandPage.Problems)] = problems,
        [nameof(Gather.HandPage.Path)] = $"/acting/{acting.Patient}/by-hand",
        [nameof(Gather.HandPage.Offered)] = Offered(acting),
        [nameof(Gather.HandPage.ForWhom)] = acting.PatientName,
        [nameof(Gather.HandPage.Room)] = "circle",
        [nameof(Gather.HandPage.BackText)] = Say.Fill(ActingText.HomeHeading, acting.PatientName),
    })
    { StatusCode = status };

    private static RazorComponentResult<ActingFilePage> FilePage(HttpContext http, IReadOnlyList<string> problems, int status) => new(new Dictionary<string, object?>
    {
        [nameof(ActingFilePage.Acting)] = http.GetActing(),
        [nameof(ActingFilePage.Problems)] = problems,
    })
    { StatusCode = status };
}
