using Rapport.Server.Hosting;

namespace Rapport.Server.Api;

/// <summary>
/// What the caller wants the record for: a code of HL7's value set PurposeOfUse, in the header <c>X-Purpose-Of-Use</c>. It decides which
/// consents count, and is recorded.
/// </summary>
internal static class PurposeOfUse
{
    public const string Header = "X-Purpose-Of-Use";

    private const string System = "http://terminology.hl7.org/CodeSystem/v3-ActReason|";

    /// <summary>
    /// The purpose of a request: what its header says, else what is usual for the person. Null after the request was refused because the header says nothing
    /// known.
    /// </summary>
    public static async ValueTask<string?> ReadAsync(HttpContext context)
    {
        var header = context.Request.Headers[Header];
        if (header.Count == 0)
        {
            return context.IsApp() ? Consent.PurposeOfUse.PatientRequest : context.GetPerson().DefaultPurpose;
        }

        var text = header.ToString().Trim();
        text = text.StartsWith(System, StringComparison.Ordinal) ? text[System.Length..] : text;
        if (Consent.PurposeOfUse.IsKnown(text))
        {
            return text;
        }

        await context.WriteAsync(new(
            StatusCodes.Status400BadRequest, "code-invalid", $"`{Failure.Short(text)}` is no purpose of use: give one code of HL7, such as `TREAT` or `FAMRQT`, in `{Header}`"));
        return null;
    }
}
