using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Gather;

/// <summary>Writing something down by hand: a measurement, a symptom, a medicine taken, a note.</summary>
internal static class HandEndpoints
{
    public static void MapByHand(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/gather/by-hand", ShowAsync);
        pages.MapPost("/gather/by-hand", WriteAsync);
    }

    private static async Task<IResult> ShowAsync(string? what, HttpContext http, RecordDoor door, TimeProvider clock) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is not null && HandForm.Empty(what, clock.GetUtcNow()) is { } form
            ? Page(form, new Dictionary<string, string>(), StatusCodes.Status200OK)
            : TypedResults.NotFound();

    private static async Task<IResult> WriteAsync(IFormCollection sent, HttpContext http, RecordDoor door, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own || HandForm.Read(sent, clock.GetUtcNow()) is not { } form)
        {
            return TypedResults.NotFound();
        }

        if (form.ToSource(clock.GetUtcNow(), out var problems) is not { } source)
        {
            return Page(form, problems, StatusCodes.Status422UnprocessableEntity);
        }

        var result = await Importer.WriteAsync(own, source, new ImportOptions { SourceKind = "person", SourceName = HandText.SourceName }, cancel);
        return new SeeOther($"/record/{result.Entries[0].ResourceType}/{result.Entries[0].Id}");
    }

    private static RazorComponentResult<HandPage> Page(HandForm form, IReadOnlyDictionary<string, string> problems, int status) => new(new Dictionary<string, object?>
    {
        [nameof(HandPage.Form)] = form,
        [nameof(HandPage.Problems)] = problems,
    })
    { StatusCode = status };
}
