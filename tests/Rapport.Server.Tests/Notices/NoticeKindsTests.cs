using Rapport.Server.Notices;

namespace Rapport.Server.Tests.Notices;

/// <summary>What waits is known by the letter of its kind.</summary>
public sealed class NoticeKindsTests
{
    /// <summary>Two once had one: whoever is to answer soon was told of it no more, since by the look at the other kind it seemed to be over.</summary>
    [Fact]
    public void NoTwoKindsHaveOneLetter() => Assert.Equal(NoticeLooking.Kinds, string.Concat(NoticeLooking.Kinds.Distinct()));
}
