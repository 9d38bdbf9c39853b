using System.Globalization;
using System.Text;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Fhir;

/// <summary>The patient's own consents: made by POST, changed or revoked by PUT. When the answer is sent, the change is in force everywhere.</summary>
internal static class ConsentEndpoints
{
    private static readonly Failure NoRecord = new(
        StatusCodes.Status403Forbidden, "forbidden", "you have no record of your own here, so there is nothing to consent to");

    public static async Task CreateAsync(HttpContext context, RecordDoor door)
    {
        context.RequireFreshSession();
        if (await door.OpenOwnAsync(context, TokenScopes.Share) is { } own)
        {
            await PutAsync(context, own, null, null);
        }
        else
        {
            await context.WriteAsync(NoRecord);
        }
    }

    public static async Task ReplaceAsync(HttpContext context, string id, RecordDoor door)
    {
        context.RequireFreshSession();

        // Somebody else's consent, or one that cannot be: the same answer, whatever the body says.
        if (!ResourceId.TryParse("Consent", id, out var resource)
            || !RecordDoor.IsOwn(context, resource.Patient)
            || await door.OpenOwnAsync(context, TokenScopes.Share) is not { } own)
        {
            await context.WriteAsync(Failure.NothingHere);
            return;
        }

        int? expected = null;
        var match = context.Request.Headers.IfMatch.ToString();
        if (match.Length > 0 && match != "*")
        {
            if (!int.TryParse(match.Replace("W/", "").Trim('"'), NumberStyles.None, null, out var version))
            {
                await context.WriteAsync(new(StatusCodes.Status412PreconditionFailed, "conflict", $"`{Failure.Short(match)}` names no version: send `If-Match: W/\"1\"`"));
                return;
            }

            expected = version;
        }

        await PutAsync(context, own, resource.Local, expected);
    }

    private static async Task PutAsync(HttpContext context, OwnAccess own, LocalId? id, int? ifVersion)
    {
        if (await RequestBody.ReadAsync(context, Limits.MaxBodyBytes) is not { } body)
        {
            return;
        }

        var parsed = Resource.Parse(body);
        if (!parsed.IsValid)
        {
            await context.WriteOutcomeAsync(ImportEndpoint.StatusOf(parsed.Issues), parsed.Issues);
            return;
        }

        if (Problem(parsed.Resource, own, id) is { } failure)
        {
            await context.WriteAsync(failure);
            return;
        }

        var completed = Complete(parsed.Resource, own, FhirUrls.BaseOf(context.Request));
        if (!completed.IsValid)
        {
            await context.WriteOutcomeAsync(ImportEndpoint.StatusOf(completed.Issues), completed.Issues);
            return;
        }

        var written = await own.PutConsentAsync(id, completed.Resource, ifVersion, context.RequestAborted);
        await AnswerAsync(context, own, written);
    }

    private static Failure? Problem(Resource consent, OwnAccess own, LocalId? id) =>
        consent.TypeName != "Consent"
            ? new(StatusCodes.Status400BadRequest, "invalid", $"this is a `{consent.TypeName}`: send a `Consent`")
        : id is { } expected && consent.Id != $"{own.Patient}.{expected}"
            ? new(StatusCodes.Status400BadRequest, "invalid", "the `id` of the consent must be the one in the address")
        : null;

    /// <summary>
    /// The consent as it is kept: about the own patient when it names none, references to this server in their short form. What was rewritten is
    /// checked again: nothing is stored that would not have been taken in as it stands.
    /// </summary>
    private static ParseResult Complete(Resource consent, OwnAccess own, string baseUrl)
    {
        var prefix = Encoding.UTF8.GetBytes(baseUrl + "/");
        var json = ResourceRewriter.Rewrite(
            consent.Root, new RewriteOptions { MapReference = utf8 => utf8.Length > prefix.Length && utf8.StartsWith(prefix) ? Encoding.UTF8.GetString(utf8[prefix.Length..]) : null });
        return Resource.Parse(consent.Root.TryGetChild("patient", out _) ? json : WithPatient(json, "Patient/" + own.Patient));
    }

    private static byte[] WithPatient(ReadOnlySpan<byte> json, string patient) =>
        [.. json[..^1], .. Encoding.UTF8.GetBytes($",\"patient\":{{\"reference\":\"{patient}\"}}}}")];

    private static async Task AnswerAsync(HttpContext context, OwnAccess own, ConsentWritten written)
    {
        if (written.Entry is not { } entry)
        {
            await context.WriteAsync(Refusal(own, written.Status));
            return;
        }

        var status = written.Status == ConsentWriteStatus.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        ResourceResponse.SetVersion(context.Response, entry.Version, entry.LastUpdated);
        context.Response.Headers.Location = FhirUrls.Version(context.Request, entry.Reference, entry.Version);
        foreach (var problem in written.Problems.Concat(written.Warnings))
        {
            // Whoever does not ask for an OperationOutcome is told in the header that HTTP once had for this.
            context.Response.Headers.Append("Warning", $"199 rapport \"{Ascii(problem)}\"");
        }

        var wanted = context.Request.Headers["Prefer"].ToString();
        if (wanted.Contains("return=minimal", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = status;
        }
        else if (wanted.Contains("return=OperationOutcome", StringComparison.OrdinalIgnoreCase))
        {
            await context.WriteOutcomeAsync(status, Warnings(written));
        }
        else
        {
            ResourceResponse.WriteBody(context.Response, status, written.Body.Span);
        }
    }

    private static Failure Refusal(OwnAccess own, ConsentWriteStatus status) => status switch
    {
        ConsentWriteStatus.VersionConflict => new(
            StatusCodes.Status412PreconditionFailed, "conflict", "the consent has changed meanwhile: read it again, then decide"),
        ConsentWriteStatus.WrongPatient => new(
            StatusCodes.Status422UnprocessableEntity, "business-rule", $"a consent is about your own record: its `patient` must be `Patient/{own.Patient}`, or absent"),
        ConsentWriteStatus.AnsweredBefore => new(
            StatusCodes.Status409Conflict, "duplicate", "another consent answers this request already: change that one"),
        ConsentWriteStatus.InvitedBefore => new(
            StatusCodes.Status409Conflict, "duplicate", "another consent invites them to give an opinion on this question already: change that one"),
        ConsentWriteStatus.TooManyInvited => new(
            StatusCodes.Status409Conflict, "business-rule", $"a question for an opinion is put to {OpinionDoor.MostInvited} at most: ask another question"),
        ConsentWriteStatus.TooMany => new(
            StatusCodes.Status409Conflict, "too-costly", "your consents have more rules together than can be kept in force: set some of them to `inactive` first, or say the same in fewer provisions"),
        ConsentWriteStatus.OpenTooLong => new(
            StatusCodes.Status422UnprocessableEntity, "business-rule", "an opening goes on for an hour: leave `open-until` away, which is written here, or give one within the next hour"),
        ConsentWriteStatus.NamedBefore => new(
            StatusCodes.Status409Conflict, "duplicate", "another consent says already what this person may ask for when you cannot decide any more: change that one"),
        ConsentWriteStatus.NamedEnough => new(
            StatusCodes.Status409Conflict, "too-costly", $"{Rapport.Consent.Succession.MostNamed} people may ask for access when you cannot decide any more, and no more can: set one of these consents to `inactive` first"),
        _ => Failure.NothingHere,
    };

    private static string Ascii(string text) => string.Concat(text.Select(c => c is '"' or '\\' ? '\'' : char.IsAscii(c) && !char.IsControl(c) ? c : '?'));

    private static List<CheckIssue> Warnings(ConsentWritten written) =>
        [.. written.Problems.Concat(written.Warnings).Select(text => new CheckIssue(IssueSeverity.Warning, "business-rule", "Consent", text))];
}
