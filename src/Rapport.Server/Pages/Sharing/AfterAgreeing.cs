using Rapport.Records;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Where a patient is led after they agreed: told that it is done only when it was written. Stateless.</summary>
internal static class AfterAgreeing
{
    /// <summary>The page that tells what became of it.</summary>
    /// <param name="written">What became of the agreement.</param>
    /// <param name="done">How the page names what was done, where it was.</param>
    public static SeeOther To(ConsentWriteStatus written, string done) => new("/share?done=" + written switch
    {
        ConsentWriteStatus.Created or ConsentWriteStatus.Updated => done,
        ConsentWriteStatus.TooMany => "full",
        _ => "conflict",
    });
}
