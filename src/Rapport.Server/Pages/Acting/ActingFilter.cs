using Rapport.Consent;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Acting;

/// <summary>
/// Opens what somebody may do for a patient before a page of theirs, so that every such page names both. Where they may do nothing the page looks like one that does not exist.
/// </summary>
internal sealed class ActingFilter(RecordDoor door) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!IsActing(http))
        {
            return await next(context);
        }

        if (!PatientId.TryParse(http.Request.RouteValues["patient"]!.ToString(), out var patient) || await door.OpenActingAsync(http, patient) is not { } acting)
        {
            return TypedResults.NotFound();
        }

        http.Features.Set(acting);
        return await next(context);
    }

    /// <summary>The pages of acting, and those of a shared record that are looked at for this purpose.</summary>
    private static bool IsActing(HttpContext http) => http.Request.RouteValues.ContainsKey("patient")
        && (http.Request.Path.StartsWithSegments("/acting", StringComparison.OrdinalIgnoreCase) || http.Request.Query["for"] == PurposeOfUse.ActingForPatient);
}

/// <summary>What stands in a request of somebody who acts.</summary>
internal static class ActingRequest
{
    /// <summary>What they may do: the filter let nobody else through.</summary>
    public static ActingAccess GetActing(this HttpContext http) => http.Features.Get<ActingAccess>() ?? throw new InvalidOperationException("a page of acting was reached without its filter");
}
