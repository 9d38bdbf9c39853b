using System.Globalization;
using Microsoft.AspNetCore.Http;
using Rapport.Language;
using Rapport.Server.Pages.Circle;
using Rapport.Server.SignIn;

namespace Rapport.Server.Tests.Pages;

/// <summary>What is kept in English and is ours is said in the language of whoever reads; what people wrote stays.</summary>
public sealed class DeviceNameTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "Chrome on Linux", "Chrome en Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Edg/126.0", "Edge on Windows", "Edge en Windows")]
    [InlineData("curl/8", "A browser", "Un navegador")]
    public void ADeviceIsSaidInTheLanguageOfItsReader(string userAgent, string english, string spanish)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.UserAgent = userAgent;
        var kept = DeviceName.Of(http);

        Assert.Equal(english, In(Languages.English, () => DeviceName.Say(kept)));
        Assert.Equal(spanish, In(Languages.Spanish, () => DeviceName.Say(kept)));
    }

    [Theory]
    [InlineData("my phone")]
    [InlineData("the key on my desk")]
    [InlineData("on on on")]
    [InlineData("")]
    public void WhatSomebodyCalledADeviceStaysAsItIs(string name) => Assert.Equal(name, In(Languages.Spanish, () => DeviceName.Say(name)));

    [Theory]
    [InlineData("doctor", "médico o médica")]
    [InlineData("carer", "quien le cuida")]
    [InlineData("aunt of a neighbour", "aunt of a neighbour")]
    public void WhatSomebodyIsToAPatientIsSaidInTheLanguageOfItsReader(string kept, string spanish)
    {
        Assert.Equal(kept, In(Languages.English, () => Relation.Say(kept)));
        Assert.Equal(spanish, In(Languages.Spanish, () => Relation.Say(kept)));
    }

    private static string In(SpokenLanguage language, Func<string> said)
    {
        CultureInfo.CurrentUICulture = language.Culture;
        return said();
    }
}
