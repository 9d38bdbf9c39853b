using System.Net;
using Rapport.Server.Hosting;

namespace Rapport.Server.Tests.Hosting;

public sealed class CallerAddressTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::")]
    public void LimitsCountAnIpv6NetworkAsOne(string address, string counted) => Assert.Equal(IPAddress.Parse(counted), CallerAddress.Of(IPAddress.Parse(address)));
}
