using Rapport.Records;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages;

/// <summary>Nobody is told that something is shared which was not written.</summary>
public sealed class AfterAgreeingTests
{
    [Fact]
    public void OnlyWhatWasWrittenIsToldAsDone()
    {
        foreach (var status in Enum.GetValues<ConsentWriteStatus>())
        {
            var leads = AfterAgreeing.To(status, "shared").Address;
            Assert.Equal(status is ConsentWriteStatus.Created or ConsentWriteStatus.Updated, leads == "/share?done=shared");
            Assert.Equal(status is ConsentWriteStatus.TooMany, leads == "/share?done=full");
        }
    }
}
