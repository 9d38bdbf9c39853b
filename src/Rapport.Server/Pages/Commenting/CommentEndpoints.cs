using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Contributing;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.SharedWithMe;

namespace Rapport.Server.Pages.Commenting;

/// <summary>Writing a comment on an entry, and having it gone: in one's own record, and in that of somebody who lets one.</summary>
internal static class CommentEndpoints
{
    public static void MapCommenting(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/record/{type}/{id}/comment", WriteOwnAsync);
        pages.MapPost("/record/{type}/{id}/comment/take-out", TakeOutAsync);
        pages.MapPost("/shared/{patient}/{type}/{id}/comment", WriteAsync).RequireRateLimiting(RateLimits.Acting);
        pages.MapPost("/shared/{patient}/{type}/{id}/comment/take-back", TakeBackAsync);
    }

    private static async Task<IResult> WriteOwnAsync(
        HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, IFormCollection sent, string type, string id, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own || !TryRead(id, own.Patient, out var local))
        {
            return TypedResults.NotFound();
        }

        var draft = CommentDraft.Read(sent);
        if (draft.Problem is not null)
        {
            return await RecordEndpoints.EntryAsync(http, own, people, clock, type, local, null, draft, cancel);
        }

        return await own.Comments.WriteAsync(type, local, draft.Words, Say.Fill(CommentText.SourceOf, own.Actor.Name), cancel)
            ? new SeeOther(RecordPlace.Own.Commented($"{type}/{id}", CommentsView.Written)) : TypedResults.NotFound();
    }

    private static async Task<IResult> TakeOutAsync(HttpContext http, RecordDoor door, IFormCollection sent, string type, string id, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own && TryRead(id, own.Patient, out _) && TryRead(sent["comment"], own.Patient, out var comment)
        && await own.Comments.SourceOfAsync(comment, cancel) is { } source && await SourceRemoval.TakeBackAsync(own, source.Number, cancel) is not null
            ? new SeeOther(RecordPlace.Own.Commented($"{type}/{id}", CommentsView.TakenOut)) : TypedResults.NotFound();

    private static async Task<IResult> WriteAsync(HttpContext http, RecordDoor door, PeopleModule people, IFormCollection sent, string patient, string type, string id, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, sent, patient) is not var (access, place) || !TryRead(id, access.Patient, out var local) || !await access.MayCommentOnAsync(type, local, cancel))
        {
            return TypedResults.NotFound();
        }

        var draft = CommentDraft.Read(sent);
        if (draft.Problem is not null)
        {
            return await SharedEndpoints.EntryAsync(http, door, access.Patient, place.Purpose!, type, local, null, draft);
        }

        var author = access.IsActing ? Say.Fill(CommentText.ForPatient, access.Actor.Name, access.PatientName) : await Author.OfAsync(http, people, cancel);
        return await access.CommentAsync(type, local, draft.Words, author, Say.Fill(CommentText.SourceOf, author), cancel)
            ? new SeeOther(place.Commented($"{type}/{id}", CommentsView.Written)) : TypedResults.NotFound();
    }

    private static async Task<IResult> TakeBackAsync(HttpContext http, RecordDoor door, IFormCollection sent, string patient, string type, string id, CancellationToken cancel) =>
        await OpenAsync(http, door, sent, patient) is var (access, place) && TryRead(id, access.Patient, out _) && TryRead(sent["comment"], access.Patient, out var comment)
        && await SourceRemoval.TakeBackAsync(access, comment, cancel)
            ? new SeeOther(place.Commented($"{type}/{id}", CommentsView.TakenBack)) : TypedResults.NotFound();

    private static async Task<(CommentingAccess Access, RecordPlace Place)?> OpenAsync(HttpContext http, RecordDoor door, IFormCollection sent, string patient) =>
        SharedEndpoints.TryRead(http, patient, sent["for"], out var record, out var purpose) && await door.OpenCommentingAsync(http, record, purpose, TokenScopes.Contribute) is { } access
            ? (access, RecordPlace.SharedBy(record, purpose)) : null;

    /// <summary>The id of an entry of this record; the patient's own entry is none that is commented on.</summary>
    private static bool TryRead(string? id, PatientId patient, out LocalId local)
    {
        local = LocalReference.TryParseId(id, out var owner, out var found) && owner == patient && found is { } known ? known : default;
        return local != default;
    }
}
